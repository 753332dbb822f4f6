// deno-lint-ignore-file no-console
/** `deno task bench:steady`: whether a long load costs the same at its end as at its beginning. */
import { oneOf, positive, runProgram } from "../tools/program.ts";
import { GeneratorProcess } from "./load/generator_process.ts";
import type { LoadJob } from "./load/job.ts";
import type { LoadPattern } from "./load/loop.ts";
import { cpuBetween, sampleCpu } from "./processes/cpu.ts";
import { delayBound, delaysBetween, readDelays } from "./processes/event_loop.ts";
import { startGateway } from "./processes/gateway.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "./photos/photo_set.ts";

const HELP = `Usage: deno task bench:steady [options]

Finds what the gateway with its own engine can do, sends a share of that at a constant rate, and prints windows of the
load with processor time a photo, memory, latency and the event loop's delay.

  --requests N         in all (100000)
  --share N            of what it can do (0.7)
  --size ${PHOTO_SIZE_NAMES.join("|")}  of the photos (224)`;

/** The first is for code to be compiled and pools to fill. */
const WINDOWS = 11;
const CLIENTS = 8;
const CAPACITY_SECONDS = 5;
const DELAY_SHARE = 0.999;

const OPTIONS = {
  requests: { type: "string", default: "100000" },
  share: { type: "string", default: "0.7" },
  size: { type: "string", default: "224" },
} as const;

/** What is sent. */
interface SteadyLoad {
  readonly requests: number;
  readonly share: number;
  readonly photoSize: PhotoSize;
}

async function measure(steady: SteadyLoad): Promise<void> {
  await using gateway = await startGateway({ model: "dct_512" });
  await using generator = new GeneratorProcess();
  const load = (pattern: LoadPattern, requestsMax: number, secondsMax: number): LoadJob => ({
    way: "gateway-base64",
    target: { url: gateway.url, model: "" },
    photoSize: steady.photoSize,
    batch: 1,
    pattern,
    limits: { requestsMax, secondsMax, graceSeconds: 5 },
  });
  await generator.prepare(load({ kind: "closed", clients: CLIENTS }, 1e6, CAPACITY_SECONDS));
  await generator.run();
  const capacity = (await generator.run()).imagesPerSecond;
  const perSecond = Math.round(capacity * steady.share);
  const requests = Math.round(steady.requests / WINDOWS);
  console.log(`${capacity.toFixed(0)} requests/s at most; ${perSecond} a second from here on\n`);
  console.log("requests   CPU ms/photo   RSS MiB   p50 ms   p99 ms   event loop p99.9   failed");
  const pattern = { kind: "open", perSecond, inflightMax: 256 } as const;
  await generator.prepare(load(pattern, requests, 600));
  const delaysAtFirst = await readDelays(gateway.url);
  let delaysBefore = delaysAtFirst;
  for (let window = 1; window <= WINDOWS; window++) {
    const before = await sampleCpu({ gateway: gateway.pid });
    const { requests: good, errors, cutOff, latencyMs } = await generator.run();
    const delaysNow = await readDelays(gateway.url);
    const delays = delaysBetween(delaysBefore, delaysNow);
    delaysBefore = delaysNow;
    const usage = cpuBetween(before, await sampleCpu({ gateway: gateway.pid })).gateway;
    const failed = cutOff + Object.values(errors).reduce((sum, count) => sum + count, 0);
    const cells = [
      String(window * requests).padStart(8),
      ((usage?.cpuMs ?? NaN) / good).toFixed(3).padStart(14),
      (usage?.residentMiB ?? NaN).toFixed(0).padStart(9),
      latencyMs.p50.toFixed(1).padStart(8),
      latencyMs.p99.toFixed(1).padStart(8),
      `≤ ${delayBound(delays, DELAY_SHARE)} ms`.padStart(18),
      String(failed).padStart(8),
    ];
    console.log(cells.join(" "));
  }
  // A window has so few timers that its share is nearly the latest of them.
  const delays = delaysBetween(delaysAtFirst, delaysBefore);
  const bound = delayBound(delays, DELAY_SHARE);
  console.log(`\nevent loop p99.9 of all ${delays.at(-1)} timers ≤ ${bound} ms`);
}

if (import.meta.main) {
  await runProgram({ help: HELP, options: OPTIONS }, ({ values }) =>
    measure({
      requests: positive("requests", values.requests),
      share: positive("share", values.share),
      photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    }));
}
