// deno-lint-ignore-file no-console
/**
 * `deno task bench:steady`: whether a long load costs the same at its end as at its beginning, and what small photos
 * notice of large bodies.
 */
import { resolve } from "node:path";
import { oneOf, type Parsed, positive, runProgram } from "../command/program.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "../testing/photo_set.ts";
import { type Arrivals, parseTrace } from "./load/arrivals.ts";
import { GeneratorProcess } from "./load/generator_process.ts";
import { closedJob } from "./load/job.ts";
import { type Turn, turnOf } from "./load/turns.ts";
import { startGateway } from "./processes/gateway.ts";
import type { ServerProcess } from "./processes/server_process.ts";
import { medianOf } from "./timing/statistics.ts";

const HELP = `Usage: deno task bench:steady [options]

Finds what the gateway with its own engine can do, sends a share of that, and prints windows of the load with processor
time a photo, memory and latency. In the end that gateway takes turns with one that has just begun, as other processes
make a photo dearer from one minute to the next.

  --requests N         in all (100000)
  --share N            of what it can do (0.7)
  --arrivals HOW       constant; poisson, which has queues as the world has them; or a trace, in place of the share:
                       a file with a line a request, milliseconds from the first, that each window plays (constant)
  --size ${PHOTO_SIZE_NAMES.join("|")}  of the photos (224)
  --beside-bodies      instead: 100 a second, every other window beside 32 MiB of JSON twice a second, which hold no
                       images, so that they cost their transfer and their parsing and no decoding`;

const PROGRAM = {
  help: HELP,
  options: {
    requests: { type: "string", default: "100000" },
    share: { type: "string", default: "0.7" },
    arrivals: { type: "string", default: "constant" },
    size: { type: "string", default: "224" },
    "beside-bodies": { type: "boolean", default: false },
  },
} as const;

/** The first is for code to be compiled and pools to fill. */
const WINDOWS = 11;
const CLIENTS = 8;
const CAPACITY_SECONDS = 5;
/** Turns at the end of the gateway that has had all and of one that has just begun, and photos in each. */
const TURNS = 9;
const TURN_REQUESTS = 1000;
const INFLIGHT_MAX = 256;
/** Of Poisson arrivals: every window has the same. */
const SEED = 1;
const SECONDS_MAX = 600;
/** Beside large bodies, well below what a core can do, so that waiting shows and queueing does not. */
const BESIDE = { perSecond: 100, windowRequests: 800 };
const MIB = 2 ** 20;
/** 0.5 Gbit/s; as fast as they go, sending them takes the cores and not parsing them. */
const LARGE_BODIES_EVERY_MS = 500;

/** A gateway and who sends to it. */
class Subject {
  private constructor(
    readonly gateway: ServerProcess,
    readonly generator: GeneratorProcess,
    readonly photoSize: PhotoSize,
  ) {}

  static async start(stack: AsyncDisposableStack, photoSize: PhotoSize): Promise<Subject> {
    const gateway = stack.use(await startGateway({ model: "dct_512" }));
    return new Subject(gateway, stack.use(new GeneratorProcess()), photoSize);
  }

  /** Requests a second that it answers at most. */
  async findCapacity(): Promise<number> {
    await this.generator.call("prepare", this.#closedJob());
    await this.generator.call("run");
    return (await this.generator.call("run")).imagesPerSecond;
  }

  async prepareArrivals(arrivals: Arrivals, requests: number): Promise<void> {
    await this.generator.call("prepare", {
      ...this.#closedJob(),
      pattern: { kind: "open", arrivals, inflightMax: INFLIGHT_MAX },
      limits: { requestsMax: requests, secondsMax: SECONDS_MAX, graceSeconds: 5 },
    });
  }

  async runWindow(): Promise<Turn> {
    return turnOf(await this.generator.runMeasured({ server: this.gateway.pid }));
  }

  #closedJob() {
    const { gateway: { url: target }, photoSize } = this;
    const [way, clients, seconds] = ["gateway-base64", CLIENTS, CAPACITY_SECONDS] as const;
    return closedJob({ way, target, photoSize, clients, seconds });
  }
}

/** Runs windows of a load and prints a line of each. */
async function runWindows(subject: Subject, requests: number, hasBodies: boolean): Promise<void> {
  console.log("requests   CPU ms/photo   RSS MiB   p50 ms   p99 ms   failed");
  const { url } = subject.gateway;
  for (let window = 1; window <= WINDOWS; window++) {
    const stop = new AbortController();
    const isBeside = hasBodies && window % 2 === 0;
    const bodies = isBeside ? sendLargeBodies(url, stop.signal) : Promise.resolve(0);
    const { cpuMs, residentMiB, p50, p99, failures } = await subject.runWindow();
    stop.abort();
    const cells = [
      String(window * requests).padStart(8),
      cpuMs.toFixed(3).padStart(14),
      residentMiB.toFixed(0).padStart(9),
      p50.toFixed(1).padStart(8),
      p99.toFixed(1).padStart(8),
      String(failures).padStart(8),
      isBeside ? `  beside ${await bodies} large bodies` : "",
    ];
    console.log(cells.join(" ").trimEnd());
  }
}

/** One body after the other, read by nobody but the parser: its images are no images. */
async function sendLargeBodies(url: string, signal: AbortSignal): Promise<number> {
  const image = "A".repeat(10 * MIB);
  const body = JSON.stringify({ images: [image, image, image], on_error: "item" });
  const headers = { "content-type": "application/json" };
  let sent = 0;
  const started = performance.now();
  while (!signal.aborted) {
    const dueMs = Math.max(0, started + sent * LARGE_BODIES_EVERY_MS - performance.now());
    await new Promise((resolve) => setTimeout(resolve, dueMs));
    const response = await fetch(`${url}/embed`, { method: "POST", headers, body });
    const { results } = await response.json();
    if (results?.length !== 3) throw new Error(`Cannot use reply of status ${response.status}`);
    sent++;
  }
  return sent;
}

/** Processor time a photo of each, medians of their turns. */
async function takeTurns(subjects: readonly Subject[]): Promise<number[]> {
  const turns = subjects.map((): Turn[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, subject] of subjects.entries()) {
      turns[index]?.push(await subject.runWindow());
    }
  }
  return turns.map((all) => medianOf(all, ({ cpuMs }) => cpuMs));
}

/** What `--arrivals` asks for, by a rate unless it is a trace. */
async function arrivalsBy(how: string): Promise<(perSecond: number) => Arrivals> {
  if (how === "constant") return (perSecond) => ({ kind: how, perSecond });
  if (how === "poisson") return (perSecond) => ({ kind: how, perSecond, seed: SEED });
  const path = resolve(Deno.env.get("INIT_CWD") ?? "", how);
  const trace = parseTrace(await Deno.readTextFile(path));
  return () => trace;
}

async function measure({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const hasBodies = values["beside-bodies"];
  const requests = positive("requests", values.requests);
  const share = positive("share", values.share);
  const photoSize = oneOf("size", values.size, PHOTO_SIZE_NAMES);
  const arrivalsAt = await arrivalsBy(values.arrivals);
  await using stack = new AsyncDisposableStack();
  const subject = await Subject.start(stack, photoSize);
  const capacity = await subject.findCapacity();
  const { perSecond, windowRequests } = hasBodies ? BESIDE : {
    perSecond: Math.round(capacity * share),
    windowRequests: Math.round(requests / WINDOWS),
  };
  const arrivals = arrivalsAt(perSecond);
  const rate = arrivals.kind === "trace" ? "a trace" : `${perSecond} a second, ${arrivals.kind},`;
  console.log(`${capacity.toFixed(0)} requests/s at most; ${rate} from here on\n`);
  await subject.prepareArrivals(arrivals, windowRequests);
  await runWindows(subject, windowRequests, hasBodies);
  if (hasBodies) return;
  const subjects = [await Subject.start(stack, photoSize), subject];
  for (const one of subjects) {
    await one.prepareArrivals(arrivals, TURN_REQUESTS);
    await one.runWindow();
  }
  const [freshMs = NaN, usedMs = NaN] = await takeTurns(subjects);
  const change = ((usedMs / freshMs - 1) * 100).toFixed(0);
  console.log(
    `in turns: ${usedMs.toFixed(3)} ms/photo after ${requests} requests, ${freshMs.toFixed(3)} ` +
      `after ${TURN_REQUESTS} (${change} %)`,
  );
}

if (import.meta.main) await runProgram(PROGRAM, measure);
