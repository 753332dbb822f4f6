/** A real Triton with a client, for `*_triton_test.ts`. */
import { type Client, createClient } from "@connectrpc/connect";
import { GRPCInferenceService } from "../proto/gen/inference_pb.ts";
import { type TestModel, TestRepository } from "./triton/test_repository.ts";
import { startTriton, type TritonProcess } from "./triton/triton_process.ts";
import { TritonClient } from "../triton/client.ts";
import type { InferRequest } from "../triton/infer.ts";
import { TritonTransport } from "../triton/transport.ts";

/** Bytes of one input of `dct_512`: FP32 [3, 224, 224]. */
export const INPUT_BYTES = 602_112;
/** Numbers of one embedding. */
export const EMBEDDING_DIM = 512;

/** More than any call of a test takes that is meant to succeed. */
export const LIMITS = { timeoutMs: 10_000 };

/** How long a stopping Triton waits for calls that a test left behind. */
const EXIT_TIMEOUT_SECONDS = 5;
/** Longer than any wait of a test, so that only what never comes is given up. */
const WAIT_MS_MAX = 10_000;

/** A server, what it serves and a client of it; disposing ends all three. */
export class RealTriton implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack;
  /** For what a gateway never asks. */
  readonly #stub: Client<typeof GRPCInferenceService>;

  private constructor(
    readonly repository: TestRepository,
    readonly process: TritonProcess,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
    const transport = stack.use(new TritonTransport({ url: process.grpcUrl }));
    this.client = new TritonClient(transport);
    this.#stub = createClient(GRPCInferenceService, transport);
  }

  /** Shared by the calls of a test, as in a gateway. */
  readonly client: TritonClient;

  /** Starts a server of the given models; `dct_512` alone unless told otherwise. */
  static async start(models: readonly TestModel[] = [{ source: "dct_512" }]): Promise<RealTriton> {
    await using stack = new AsyncDisposableStack();
    const repository = stack.use(await TestRepository.create(models));
    const options = { repository: repository.path, exitTimeoutSeconds: EXIT_TIMEOUT_SECONDS };
    const process = stack.use(await startTriton(options));
    return new RealTriton(repository, process, stack.move());
  }

  /** Loads a model, or loads it again; needs explicit model control. */
  async loadModel(modelName: string): Promise<void> {
    await this.#stub.repositoryModelLoad({ modelName }, LIMITS);
  }

  /** Starts to unload a model; needs explicit model control. Calls in flight end normally. */
  async unloadModel(modelName: string): Promise<void> {
    await this.#stub.repositoryModelUnload({ modelName }, LIMITS);
  }

  /** Value of a metric's series, 0 when there is none; `series` as in `nv_x{model="a"}`, labels in any order. */
  async metric(name: string, labels: Record<string, string>): Promise<number> {
    // A connection kept alive would hold up the server's end.
    using http = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    const text = await (await fetch(this.process.metricsUrl, { client: http })).text();
    const line = text.split("\n").find((candidate) =>
      candidate.startsWith(`${name}{`) &&
      Object.entries(labels).every(([key, value]) => candidate.includes(`${key}="${value}"`))
    );
    return Number(line?.split(" ").at(-1) ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Stopping takes seconds, and what follows is thrown away.
    await this.process.stop("SIGKILL");
    await this.#stack[Symbol.asyncDispose]();
  }
}

/** An inference of `count` inputs sent inline; bytes are [count, 3, 224, 224] FP32. */
export function inlineRequest(bytes: Uint8Array, count = 1, model = "dct_512"): InferRequest {
  return {
    model,
    inputs: [{ name: "image", datatype: "FP32", shape: [count, 3, 224, 224], bytes }],
    outputs: [{ name: "embedding", datatype: "FP32", shape: [count, EMBEDDING_DIM] }],
  };
}

/** The same with inputs that lie in a region from an offset on. */
export function sharedRequest(
  region: string,
  byteOffset: number,
  { count = 1, model = "dct_512" } = {},
): InferRequest {
  const shape = [count, 3, 224, 224];
  return {
    model,
    inputs: [{ name: "image", datatype: "FP32", shape, region, byteOffset }],
    outputs: [{ name: "embedding", datatype: "FP32", shape: [count, EMBEDDING_DIM] }],
  };
}

/** Bytes of `count` inputs with numbers in 0..1 that follow from the seed. */
export function makeInputs(seed: number, count = 1): Uint8Array<ArrayBuffer> {
  let state = seed + 1;
  const numbers = new Float32Array((count * INPUT_BYTES) / 4).map(() => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  });
  return new Uint8Array(numbers.buffer);
}

/**
 * Asks again and again until the answer is yes.
 *
 * @throws {Error} when it never is.
 */
export async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  const giveUpMs = performance.now() + WAIT_MS_MAX;
  while (!await ask()) {
    if (performance.now() > giveUpMs) throw new Error(`Cannot wait any longer until ${what}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
