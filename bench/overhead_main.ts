// deno-lint-ignore-file no-console
/**
 * `deno task bench:overhead`: what the gateway adds to a bare Triton call, in one run beside it.
 *
 * Needs nothing but the real Triton it starts; loads are bounded.
 */
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { type ChildGateway, startChild } from "../testing/child_gateway.ts";
import { fetchMetrics } from "../testing/metrics_text.ts";
import { OPEN_CLIP } from "../gateway/image/image_decoder.ts";
import { Preprocessor } from "../gateway/image/preprocess.ts";
import { TestRepository } from "../tools/triton/test_repository.ts";
import { startTriton } from "../tools/triton/triton_process.ts";
import { TritonClient } from "../triton/client.ts";
import { PosixShm } from "../triton/posix_shm.ts";
import { SharedMemoryRegion } from "../triton/shared_memory.ts";
import { TritonTransport } from "../triton/transport.ts";
import { referenceLoopMs } from "./timing/reference_loop.ts";

const MODEL = "dct_512";
const LIMITS = { timeoutMs: 10_000 };
const INPUT = { name: "image", datatype: "FP32", shape: [1, 3, 224, 224] } as const;
const OUTPUT = { name: "embedding", datatype: "FP32", shape: [1, 512] } as const;
const IN_FLIGHT = 16;
const CALLS = { single: 400, many: 3000 };
const WARM_UP = 200;

/** Milliseconds of each call, one at a time or many in flight, and calls a second. */
interface Timing {
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

async function time(call: () => Promise<unknown>, inFlight: number, calls: number) {
  const samples: number[] = [];
  let left = calls;
  const started = performance.now();
  await Promise.all(Array.from({ length: inFlight }, async () => {
    while (left-- > 0) {
      const begin = performance.now();
      await call();
      samples.push(performance.now() - begin);
    }
  }));
  const seconds = (performance.now() - started) / 1000;
  samples.sort((a, b) => a - b);
  const at = (share: number) => samples[Math.floor(share * (samples.length - 1))] ?? NaN;
  return { p50: at(0.5), p99: at(0.99), perSecond: samples.length / seconds } satisfies Timing;
}

/** @param pid Whose processor time counts: the caller's own for bare calls, the gateway's for requests. */
async function measure(name: string, call: () => Promise<unknown>, pid: number): Promise<void> {
  await time(call, 4, WARM_UP);
  const single = await time(call, 1, CALLS.single);
  const before = await cpuMs(pid);
  const many = await time(call, IN_FLIGHT, CALLS.many);
  const cpu = (await cpuMs(pid) - before) / CALLS.many;
  const ms = (value: number) => value.toFixed(2).padStart(6);
  console.log(
    `${name.padEnd(26)} ${ms(single.p50)} ${ms(single.p99)}   ${ms(many.p50)} ${ms(many.p99)} ` +
      `${many.perSecond.toFixed(0).padStart(6)}   ${ms(cpu)}`,
  );
}

/** User and system time of a process and its threads, in milliseconds, from the kernel. */
async function cpuMs(pid: number): Promise<number> {
  // Through `cat`, since Deno itself reads nothing under /proc without --allow-all.
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/stat`] }).output();
  const stat = new TextDecoder().decode(stdout);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measureGateway(
  name: string,
  gateway: ChildGateway,
  photo: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const call = async () => {
    const response = await fetch(`${gateway.url}/embed`, {
      method: "POST",
      headers: { "content-type": "image/jpeg", accept: "application/octet-stream" },
      body: photo,
    });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${response.status}`);
  };
  await measure(name, call, gateway.process.pid);
  const metrics = await fetchMetrics(gateway.url);
  const path = metrics.get('gateway_tensor_path_active{path="shared_memory"}') === 1;
  console.log(`  tensors went ${path ? "through shared memory" : "inline"}`);
}

async function main(): Promise<void> {
  const loopBefore = referenceLoopMs();
  await using repository = await TestRepository.create([{ source: MODEL }]);
  await using triton = await startTriton({ repository: repository.path });
  using transport = new TritonTransport({ url: triton.grpcUrl });
  const client = new TritonClient(transport);
  using shm = new PosixShm();
  const photo = await Deno.readFile(Deno.args[0] ?? "testing/photos/cat_half.jpg");
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  const bytes = new Uint8Array(preprocessor.normalize(crop).buffer);
  await using region = SharedMemoryRegion.create({
    shm,
    client,
    prefix: "overhead",
    byteLength: bytes.length,
  });
  region.write(bytes, 0);
  await region.register(LIMITS);
  console.log("                            one at a time    16 in flight            CPU ms");
  console.log("                              p50    p99        p50    p99  req/s   a call");
  const infer = (input: { bytes: typeof bytes } | { region: string; byteOffset: number }) => () =>
    client.infer({ model: MODEL, inputs: [{ ...INPUT, ...input }], outputs: [OUTPUT] }, LIMITS);
  await measure(
    "bare client, shared memory",
    infer({ region: region.name, byteOffset: 0 }),
    Deno.pid,
  );
  await measure("bare client, inline", infer({ bytes }), Deno.pid);
  for (const path of ["on", "off"]) {
    await using gateway = await startChild({
      env: {
        GATEWAY_ENGINE: "triton",
        GATEWAY_TRITON_URL: triton.grpcUrl,
        GATEWAY_TRITON_SHM: path,
      },
    });
    await measureGateway(`gateway, shared memory ${path}`, gateway, photo);
  }
  const loops = [loopBefore, referenceLoopMs()].map((ms) => ms.toFixed(0));
  console.log(`a fixed loop took ${loops[0]} ms before and ${loops[1]} ms after`);
}

if (import.meta.main) await main();
