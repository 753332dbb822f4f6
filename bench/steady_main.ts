// deno-lint-ignore-file no-console
/** `deno task bench:steady`: whether a long load costs the same at its end as at its beginning. */
import { oneOf, positive, runProgram } from "../command/program.ts";
import { failedRequests } from "./load/figures.ts";
import { GeneratorProcess } from "./load/generator_process.ts";
import type { LoadJob, LoadResult } from "./load/job.ts";
import { cpuBetween, sampleCpu } from "./processes/cpu.ts";
import { delayBound, delaysBetween, readDelays } from "./processes/event_loop.ts";
import { startGateway } from "./processes/gateway.ts";
import type { ServerProcess } from "./processes/server_process.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "./photos/photo_set.ts";
import { summarize } from "./timing/statistics.ts";

const HELP = `Usage: deno task bench:steady [options]

Finds what the gateway with its own engine can do, sends a share of that at a constant rate, and prints windows of the
load with processor time a photo, memory, latency and the event loop's delay. In the end that gateway takes turns with
one that has just begun, as other processes make a photo dearer from one minute to the next.

  --requests N         in all (100000)
  --share N            of what it can do (0.7)
  --size ${PHOTO_SIZE_NAMES.join("|")}  of the photos (224)`;

/** The first is for code to be compiled and pools to fill. */
const WINDOWS = 11;
const CLIENTS = 8;
const CAPACITY_SECONDS = 5;
const DELAY_SHARE = 0.999;
/** Turns at the end of the gateway that has had all and of one that has just begun, and photos in each. */
const TURNS = 9;
const TURN_REQUESTS = 1000;
const INFLIGHT_MAX = 256;
const SECONDS_MAX = 600;

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

/** A gateway and who sends to it. */
interface Subject {
  readonly gateway: ServerProcess;
  readonly generator: GeneratorProcess;
}

/** What so many photos at a constant rate came to. */
interface Window {
  readonly figures: LoadResult;
  /** Processor time of the gateway a photo. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

async function startSubject(stack: AsyncDisposableStack): Promise<Subject> {
  const gateway = stack.use(await startGateway({ model: "dct_512" }));
  return { gateway, generator: stack.use(new GeneratorProcess()) };
}

function prepare(
  { gateway, generator }: Subject,
  photoSize: PhotoSize,
  { pattern, limits }: Pick<LoadJob, "pattern" | "limits">,
): Promise<unknown> {
  return generator.prepare({
    way: "gateway-base64",
    target: { url: gateway.url, model: "" },
    photoSize,
    batch: 1,
    pattern,
    limits,
  });
}

/** Requests a second that it answers at most. */
async function findCapacity(subject: Subject, photoSize: PhotoSize): Promise<number> {
  await prepare(subject, photoSize, {
    pattern: { kind: "closed", clients: CLIENTS },
    limits: { requestsMax: 1e6, secondsMax: CAPACITY_SECONDS, graceSeconds: 5 },
  });
  await subject.generator.run();
  return (await subject.generator.run()).imagesPerSecond;
}

function prepareRate(
  subject: Subject,
  photoSize: PhotoSize,
  { perSecond, requests }: { readonly perSecond: number; readonly requests: number },
): Promise<unknown> {
  return prepare(subject, photoSize, {
    pattern: { kind: "open", perSecond, inflightMax: INFLIGHT_MAX },
    limits: { requestsMax: requests, secondsMax: SECONDS_MAX, graceSeconds: 5 },
  });
}

async function runWindow({ gateway, generator }: Subject): Promise<Window> {
  const before = await sampleCpu({ gateway: gateway.pid });
  const figures = await generator.run();
  const usage = cpuBetween(before, await sampleCpu({ gateway: gateway.pid })).gateway;
  return {
    figures,
    cpuMs: (usage?.cpuMs ?? NaN) / figures.requests,
    residentMiB: usage?.residentMiB ?? NaN,
  };
}

async function runWindows(subject: Subject, requests: number): Promise<void> {
  console.log("requests   CPU ms/photo   RSS MiB   p50 ms   p99 ms   event loop p99.9   failed");
  const delaysAtFirst = await readDelays(subject.gateway.url);
  let delaysBefore = delaysAtFirst;
  for (let window = 1; window <= WINDOWS; window++) {
    const { figures, cpuMs, residentMiB } = await runWindow(subject);
    const delaysNow = await readDelays(subject.gateway.url);
    const delays = delaysBetween(delaysBefore, delaysNow);
    delaysBefore = delaysNow;
    const cells = [
      String(window * requests).padStart(8),
      cpuMs.toFixed(3).padStart(14),
      residentMiB.toFixed(0).padStart(9),
      figures.latencyMs.p50.toFixed(1).padStart(8),
      figures.latencyMs.p99.toFixed(1).padStart(8),
      `≤ ${delayBound(delays, DELAY_SHARE)} ms`.padStart(18),
      String(failedRequests(figures) + figures.cutOff).padStart(8),
    ];
    console.log(cells.join(" "));
  }
  // A window has so few timers that its share is nearly the latest of them.
  const delays = delaysBetween(delaysAtFirst, delaysBefore);
  const bound = delayBound(delays, DELAY_SHARE);
  console.log(`\nevent loop p99.9 of all ${delays.at(-1)} timers ≤ ${bound} ms`);
}

/** Processor time a photo of each, medians of their turns. */
async function takeTurns(subjects: readonly Subject[]): Promise<number[]> {
  const turns = subjects.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, subject] of subjects.entries()) {
      turns[index]?.push((await runWindow(subject)).cpuMs);
    }
  }
  return turns.map((cpuMs) => summarize(cpuMs).p50);
}

async function measure({ requests, share, photoSize }: SteadyLoad): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const subject = await startSubject(stack);
  const capacity = await findCapacity(subject, photoSize);
  const perSecond = Math.round(capacity * share);
  console.log(`${capacity.toFixed(0)} requests/s at most; ${perSecond} a second from here on\n`);
  const windowRequests = Math.round(requests / WINDOWS);
  await prepareRate(subject, photoSize, { perSecond, requests: windowRequests });
  await runWindows(subject, windowRequests);

  const fresh = await startSubject(stack);
  const subjects = [fresh, subject];
  for (const one of subjects) {
    await prepareRate(one, photoSize, { perSecond, requests: TURN_REQUESTS });
    await runWindow(one);
  }
  const [freshMs = NaN, usedMs = NaN] = await takeTurns(subjects);
  const change = ((usedMs / freshMs - 1) * 100).toFixed(0);
  console.log(
    `in turns: ${usedMs.toFixed(3)} ms/photo after ${requests} requests, ${freshMs.toFixed(3)} ` +
      `after ${TURN_REQUESTS} (${change} %)`,
  );
}

if (import.meta.main) {
  await runProgram({ help: HELP, options: OPTIONS }, ({ values }) =>
    measure({
      requests: positive("requests", values.requests),
      share: positive("share", values.share),
      photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    }));
}
