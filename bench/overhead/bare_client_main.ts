/**
 * A client of Triton alone, in a process of its own: a line of JSON in, a line out; see `BareLoad`
 * and `ClosedLoopFigures`.
 */
import { TritonClient } from "../../triton/client.ts";
import { PosixShm } from "../../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../../triton/shared_memory.ts";
import { TritonTransport } from "../../triton/transport.ts";
import { serveCommands } from "../processes/commands.ts";
import { type ClosedLoopFigures, runClosedLoop } from "../timing/closed_loop.ts";

/** Calls of `dct_512` with one tensor each, which follow one another without a pause. */
export interface BareLoad {
  /** Triton's gRPC address, the same in every load. */
  readonly url: string;
  readonly tensorPath: "shared_memory" | "inline";
  readonly inFlight: number;
  readonly seconds: number;
}

const LIMITS = { timeoutMs: 10_000 };
const INPUT = { name: "image", datatype: "FP32", shape: [1, 3, 224, 224] } as const;
const INPUT_BYTES = 602_112;
const OUTPUT = { name: "embedding", datatype: "FP32", shape: [1, 512] } as const;

/** A connection with a region on it. */
class BareClient implements AsyncDisposable {
  readonly #transport: TritonTransport;
  readonly #client: TritonClient;
  readonly #shm = new PosixShm();
  readonly #region: SharedMemoryRegion;
  readonly #bytes = new Uint8Array(INPUT_BYTES);

  private constructor(url: string) {
    this.#transport = new TritonTransport({ url });
    this.#client = new TritonClient(this.#transport);
    this.#region = SharedMemoryRegion.create({
      shm: this.#shm,
      client: this.#client,
      prefix: "bare",
      byteLength: INPUT_BYTES,
    });
  }

  static async connect(url: string): Promise<BareClient> {
    const client = new BareClient(url);
    client.#region.write(client.#bytes, 0);
    await client.#region.register(LIMITS);
    return client;
  }

  async run({ tensorPath, inFlight, seconds }: BareLoad): Promise<ClosedLoopFigures> {
    const place = tensorPath === "inline"
      ? { bytes: this.#bytes }
      : { region: this.#region.name, byteOffset: 0 };
    const request = { model: "dct_512", inputs: [{ ...INPUT, ...place }], outputs: [OUTPUT] };
    const call = () => this.#client.infer(request, LIMITS).then(() => true);
    return await runClosedLoop({ clients: inFlight, seconds, call });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#region[Symbol.asyncDispose]();
    this.#shm[Symbol.dispose]();
    this.#transport[Symbol.dispose]();
  }
}

async function main(): Promise<void> {
  let client: BareClient | undefined;
  try {
    await serveCommands<BareLoad>(async (load) => {
      client ??= await BareClient.connect(load.url);
      return await client.run(load);
    });
  } finally {
    await client?.[Symbol.asyncDispose]();
  }
}

if (import.meta.main) await main();
