/**
 * A model of many pods, each a gateway with GPUs of its own behind it: requests cross a line, a balancer chooses a pod,
 * a core decodes, a GPU takes what waits. Chance has a seed, and time is reckoned: the same input has the same outcome.
 *
 * It leaves out what the live bench shows: the kernel's share of connections between isolates (all cores of a pod have
 * one line here), the 3 ms in which the gateway collects neighbours, garbage, and replies' bytes.
 */
import { seededRandom } from "../testing/mosaic.ts";
import { batchMs } from "../testing/simulated_triton/batch_curve.ts";
import type { GpuOptions } from "../testing/simulated_triton/gpus.ts";
import { dueTimes } from "../bench/load/arrivals.ts";
import type { LoadPattern } from "../bench/load/loop.ts";
import { summarize, type Summary } from "../bench/timing/statistics.ts";
import { Calendar, Station } from "./station.ts";

/** How a pod is chosen; `connections` are dealt out at random once, and each stays where it is. */
export type Balancing = "random" | "round_robin" | "two_choices" | { readonly connections: number };

/** What the requests pass. */
export interface Fleet {
  readonly pods: number;
  readonly balancing: Balancing;
  /** Round trip, and the bytes that all requests together get through in a millisecond: `Infinity` for no limit. */
  readonly line: { readonly rttMs: number; readonly bytesPerMs: number };
  /** A pod's: cores that decode, and requests that it has at a time, beyond which it refuses. */
  readonly gateway: { readonly cores: number; readonly slots: number };
  /** A pod's. */
  readonly gpus: GpuOptions;
}

/** A kind of photo. */
export interface PhotoKind {
  /** Of all requests, 0 to 1. */
  readonly share: number;
  /** On the line. */
  readonly bytes: number;
  /** Of a core of the gateway: HTTP, decoding, the call to the GPU. */
  readonly coreMs: number | ((random: () => number) => number);
}

/** What comes: a photo a request. */
export interface Traffic {
  readonly pattern: LoadPattern;
  readonly requests: number;
  readonly photos: readonly PhotoKind[];
  readonly seed: number;
  /** Of all answers the first ones, in which queues fill, that are not counted, 0 to 1 (0.1). */
  readonly warmUpShare?: number;
}

/** What comes of it. */
export interface FleetOutcome {
  readonly imagesPerSecond: number;
  /** From when requests were due, all kinds and each kind; only those that were answered. */
  readonly latencyMs: Summary;
  readonly kindsMs: readonly Summary[];
  /** Of all requests. */
  readonly refused: number;
  /** 0 to 1, over the whole run. */
  readonly busy: Readonly<Record<"line" | "cores" | "gpus", number>>;
}

/** Runs the model. */
export function modelFleet(fleet: Fleet, traffic: Traffic): FleetOutcome {
  return new FleetRun(fleet, traffic).run();
}

interface Request {
  readonly dueMs: number;
  /** A connection of the client's; the next request of a closed loop has the same. */
  readonly connection: number;
  readonly kind: number;
}

interface Answer {
  readonly doneMs: number;
  readonly latencyMs: number;
  readonly kind: number;
}

const WARM_UP_SHARE = 0.1;
const OWN_CHANCE = 0x5eed;

class Pod {
  inFlight = 0;
  constructor(readonly cores: Station<Request>, readonly gpus: Station<Request>) {}
}

class FleetRun {
  readonly #fleet: Fleet;
  readonly #traffic: Traffic;
  readonly #calendar = new Calendar();
  readonly #random: () => number;
  readonly #pods: readonly Pod[];
  readonly #podOfConnection: readonly number[];
  readonly #answers: Answer[] = [];
  /** Requests of an open loop that may not be sent yet. */
  readonly #held: Request[] = [];
  #sent = 0;
  #underWay = 0;
  #refused = 0;
  #turn = 0;
  #lineFreeMs = 0;
  #lineBusyMs = 0;

  constructor(fleet: Fleet, traffic: Traffic) {
    this.#fleet = fleet;
    this.#traffic = traffic;
    // Arrivals may have the same seed, and must not be the same numbers.
    this.#random = seededRandom(traffic.seed ^ OWN_CHANCE);
    this.#pods = Array.from({ length: fleet.pods }, () => this.#createPod());
    const { balancing } = fleet;
    const connections = typeof balancing === "string" ? 0 : balancing.connections;
    this.#podOfConnection = Array.from({ length: connections }, () => this.#anyPod());
  }

  run(): FleetOutcome {
    const { pattern } = this.#traffic;
    if (pattern.kind === "open") this.#schedule(dueTimes(pattern.arrivals));
    else for (let client = 0; client < pattern.clients; client++) this.#sendNext(client);
    this.#calendar.run();
    return this.#outcome();
  }

  /** Puts the next arrival of an open loop into the calendar, and that one the next. */
  #schedule(due: Iterator<number>): void {
    const next = due.next();
    if (next.done || this.#sent >= this.#traffic.requests) return;
    this.#calendar.at(next.value, () => {
      this.#sendNext(this.#sent);
      this.#schedule(due);
    });
  }

  #sendNext(connection: number): void {
    const { requests, pattern } = this.#traffic;
    if (this.#sent++ >= requests) return;
    const request = { dueMs: this.#calendar.nowMs, connection, kind: this.#anyKind() };
    if (pattern.kind === "open" && this.#underWay >= pattern.inflightMax) this.#held.push(request);
    else this.#send(request);
  }

  #send(request: Request): void {
    const { rttMs, bytesPerMs } = this.#fleet.line;
    this.#underWay++;
    const onLineMs = this.#kindOf(request).bytes / bytesPerMs;
    this.#lineBusyMs += onLineMs;
    this.#lineFreeMs = Math.max(this.#lineFreeMs, this.#calendar.nowMs) + onLineMs;
    this.#calendar.at(this.#lineFreeMs + rttMs / 2, () => this.#arrive(request));
  }

  #arrive(request: Request): void {
    const pod = this.#choosePod(request);
    if (pod.inFlight >= this.#fleet.gateway.slots) {
      this.#refused++;
      return this.#reply(request, () => {});
    }
    pod.inFlight++;
    pod.cores.push(request);
  }

  #createPod(): Pod {
    const { gateway: { cores }, gpus: { gpus, batchMax, curve } } = this.#fleet;
    const pod: Pod = new Pod(
      new Station(this.#calendar, {
        servers: cores,
        batchMax: 1,
        serviceMs: ([request]) => request === undefined ? 0 : this.#coreMs(request),
        done: (request) => pod.gpus.push(request),
      }),
      new Station(this.#calendar, {
        servers: gpus,
        batchMax,
        serviceMs: (batch) => batchMs(curve, batch.length),
        done: (request) => {
          pod.inFlight--;
          this.#reply(request, () => this.#answer(request));
        },
      }),
    );
    return pod;
  }

  /** Half a round trip later the client has it, and may send what waited for that. */
  #reply(request: Request, arrived: () => void): void {
    this.#calendar.at(this.#calendar.nowMs + this.#fleet.line.rttMs / 2, () => {
      arrived();
      this.#underWay--;
      const held = this.#held.shift();
      if (held !== undefined) this.#send(held);
      if (this.#traffic.pattern.kind === "closed") this.#sendNext(request.connection);
    });
  }

  #answer({ dueMs, kind }: Request): void {
    const doneMs = this.#calendar.nowMs;
    this.#answers.push({ doneMs, latencyMs: doneMs - dueMs, kind });
  }

  #choosePod({ connection }: Request): Pod {
    const { balancing } = this.#fleet;
    const pod = (index: number) => this.#pods[index] as Pod;
    if (balancing === "random") return pod(this.#anyPod());
    if (balancing === "round_robin") return pod(this.#turn++ % this.#pods.length);
    if (balancing !== "two_choices") {
      return pod(this.#podOfConnection[connection % balancing.connections] ?? 0);
    }
    const [one, other] = [pod(this.#anyPod()), pod(this.#anyPod())];
    return one.inFlight <= other.inFlight ? one : other;
  }

  #anyPod(): number {
    return Math.floor(this.#random() * this.#fleet.pods);
  }

  #anyKind(): number {
    let rest = this.#random();
    const kind = this.#traffic.photos.findIndex(({ share }) => (rest -= share) < 0);
    return Math.max(0, kind);
  }

  #kindOf({ kind }: Request): PhotoKind {
    return this.#traffic.photos[kind] as PhotoKind;
  }

  #coreMs(request: Request): number {
    const { coreMs } = this.#kindOf(request);
    return typeof coreMs === "number" ? coreMs : coreMs(this.#random);
  }

  #outcome(): FleetOutcome {
    const { pods, gateway: { cores }, gpus: { gpus } } = this.#fleet;
    const { photos, warmUpShare = WARM_UP_SHARE } = this.#traffic;
    const counted = this.#answers.slice(Math.floor(this.#answers.length * warmUpShare));
    const [first, last] = [counted[0]?.doneMs ?? NaN, counted.at(-1)?.doneMs ?? NaN];
    const ms = this.#calendar.nowMs;
    const busy = (part: "cores" | "gpus", servers: number) =>
      this.#pods.reduce((sum, pod) => sum + pod[part].busyMs, 0) / (ms * servers * pods);
    const summary = (answers: readonly Answer[]) =>
      summarize(answers.map(({ latencyMs }) => latencyMs));
    return {
      imagesPerSecond: ((counted.length - 1) * 1000) / (last - first),
      latencyMs: summary(counted),
      kindsMs: photos.map((_, kind) => summary(counted.filter((answer) => answer.kind === kind))),
      refused: this.#refused,
      busy: { line: this.#lineBusyMs / ms, cores: busy("cores", cores), gpus: busy("gpus", gpus) },
    };
  }
}
