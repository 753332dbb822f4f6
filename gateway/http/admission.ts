/** Admits or refuses requests at the door, before their bodies are read. */
import { overloaded } from "../contract/errors.ts";
import {
  type AdmissionCounters,
  createAdmissionCounters,
  type Quantity,
  SharedCount,
} from "./admission_counters.ts";
import { ClientShares, SHARE_HEADROOM } from "./client_shares.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import { DecodeMemory } from "./decode_memory.ts";
import { ModelGate } from "./model_gate.ts";
import type { Load } from "./connection_balance.ts";
import { type AdmissionCounts, type AdmissionLimits, Permit } from "./permit.ts";

/** What is in flight, in all isolates. */
export interface AdmissionUsage {
  readonly requests: number;
  readonly bytes: number;
  readonly pixels: number;
  readonly inputs: number;
  readonly memory: number;
}

/** Whose requests are counted, and where; alone, an isolate needs neither. */
export interface AdmissionPlace {
  readonly counters: AdmissionCounters;
  /** The row of this isolate, from 0; nobody else counts in it. */
  readonly isolate: number;
}

/** Late or not, this much is in work in an isolate: a batch, and what is read and answered beside it. */
const WORKING_MIN = 16;

/** Of the bytes that bodies may hold; the rest is for those that come at once. */
const ROOM_SHORT_SHARE = 7 / 8;

/** Counting permits. Nobody waits: a full gateway answers at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #counts: AdmissionCounts;
  readonly #decoding: DecodeMemory;

  /** @param models What the models are called; where it is one, it may hold all there is. */
  constructor(limits: AdmissionLimits, place?: AdmissionPlace, models: readonly string[] = []) {
    const { counters, isolate } = place ??
      { counters: createAdmissionCounters(1, models.length), isolate: 0 };
    const count = (quantity: Quantity, limit: number) =>
      new SharedCount(counters, { quantity, isolate, limit });
    const gate = models.length > 1
      ? new ModelGate({ names: models, counters, isolate, limits, workingMin: WORKING_MIN })
      : undefined;
    const inputsMax = limits.inputsMax * Math.max(1, models.length);
    this.#limits = { ...limits, inputsMax };
    this.#counts = {
      requests: count("requests", limits.requestsMax),
      bytes: count("bytes", limits.bytesMax),
      pixels: count("pixels", limits.pixelsMax),
      inputs: count("inputs", inputsMax),
      memory: count("memory", limits.memoryBytesMax ?? Infinity),
      working: 0,
      isolates: counters.isolates,
      clients: new ClientShares(),
      models: gate,
      limit: gate?.limits ?? new ConcurrencyLimit({
        min: WORKING_MIN,
        max: limits.requestsMax,
        latencyMsMax: limits.latencyMsTarget,
      }),
    };
    const { memoryBytesMax = Infinity, imageMemoryBytesMax = 0 } = limits;
    const passingBytesMax = memoryBytesMax - imageMemoryBytesMax;
    const { memory } = this.#counts;
    this.#decoding = new DecodeMemory({ counters, isolate, memory, passingBytesMax });
  }

  get usage(): AdmissionUsage {
    const { requests, bytes, pixels, inputs, memory } = this.#counts;
    return {
      requests: requests.total,
      bytes: bytes.total,
      pixels: pixels.total,
      inputs: inputs.total,
      memory: memory.total,
    };
  }

  /** Whether bodies have used up most of their room. */
  get isRoomShort(): boolean {
    return this.#counts.bytes.total > this.#limits.bytesMax * ROOM_SHORT_SHARE;
  }

  /** Requests in flight here, and in the isolate that has fewest. */
  get load(): Load {
    return this.#counts.requests;
  }

  /** Requests that may be in work in this isolate: by its latency, or by the limit of all. */
  get limit(): number {
    return this.#counts.limit.current;
  }

  /**
   * Whether a client's next request would be refused; of several clients, one with less than its share is let in longer.
   *
   * @param client `undefined` for one without a share.
   */
  isFullFor(client: string | undefined): boolean {
    const { requests, inputs, clients } = this.#counts;
    if (!requests.hasRoom(1) || !inputs.hasRoom(1)) {
      if (client !== undefined) clients.refuse(client);
      return true;
    }
    if (client === undefined) return this.#isOverShares();
    const isFull = this.#isShareFullFor(client) || this.#isWorkFullFor(client);
    if (isFull) clients.refuse(client);
    return isFull;
  }

  /** Whether what is left of any limit is for those who have less than their share. */
  #isOverShares(): boolean {
    const { requests, working, limit } = this.#counts;
    return requests.total >= this.#limits.requestsMax / SHARE_HEADROOM || limit.isReached(working);
  }

  /** Of the requests in flight, the last ones are for those who have less than their share. */
  #isShareFullFor(client: string): boolean {
    const { requests, clients, isolates } = this.#counts;
    const { requestsMax } = this.#limits;
    if (requests.total < requestsMax / SHARE_HEADROOM) return false;
    const contenders = clients.contenders(client);
    return contenders > 1 &&
      clients.inFlight(client) >= requestsMax / isolates / contenders;
  }

  #isWorkFullFor(client: string): boolean {
    const { working, limit, clients } = this.#counts;
    if (!limit.isReached(working)) return false;
    if (limit.isPassed(working, SHARE_HEADROOM)) return true;
    const contenders = clients.contenders(client);
    return contenders === 1 || clients.working(client) >= limit.current / contenders;
  }

  /**
   * Takes the memory that decoding an image holds at its worst; see `DecodeMemory.take()`.
   *
   * @returns `undefined` while it does not fit.
   */
  takeMemory(bytes: number, asker?: unknown): Disposable | undefined {
    return this.#decoding.take(bytes, asker);
  }

  /**
   * Admits a request of a client, whose body may be as long as declared.
   *
   * @throws {GatewayError} `overloaded` when requests, bytes or memory are at their limit.
   */
  admit(client: string, declaredBytes = 0): Permit {
    const counts = this.#counts;
    const { requestsMax, bytesMax } = this.#limits;
    // What was promised is not held, as it may never come; but what cannot fit is refused before it is sent.
    if (counts.bytes.total + declaredBytes > bytesMax) {
      throw overloaded("body bytes in flight", bytesMax);
    }
    if (!counts.requests.take(1)) throw overloaded("requests in flight", requestsMax);
    if (this.#isShareFullFor(client) || this.#isWorkFullFor(client)) {
      counts.requests.give(1);
      throw overloaded("requests in work", this.limit);
    }
    return new Permit(counts, this.#limits, client);
  }
}
