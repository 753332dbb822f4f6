/** Admits or refuses requests at the door, before their bodies are read. */
import { overloaded } from "../contract/errors.ts";
import {
  type AdmissionCounters,
  createAdmissionCounters,
  type Quantity,
  SharedCount,
} from "./admission_counters.ts";
import { ClientShares } from "./client_shares.ts";
import { ConcurrencyLimit } from "./concurrency_limit.ts";
import type { Load } from "./connection_balance.ts";
import { type AdmissionCounts, type AdmissionLimits, Permit } from "./permit.ts";

/** Bytes of an image that takes more than one of 25 megapixels decoded block by block, with its file. */
const DEAR_BYTES = 112 * 1024 * 1024;
/** One of them takes its isolate's decoding thread and as much memory as all other threads. */
const ISOLATES_PER_DEAR_IMAGE = 8;

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
/** What is kept for clients that hold less than their share, beside a limit that others have used up. */
const SHARE_HEADROOM = 1.25;

/** Counting permits. Nobody waits: a full gateway answers at once. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #counts: AdmissionCounts;
  readonly #dear: SharedCount;
  readonly #isolates: number;

  constructor(limits: AdmissionLimits, place?: AdmissionPlace) {
    const { counters, isolate } = place ?? { counters: createAdmissionCounters(1), isolate: 0 };
    const count = (quantity: Quantity, limit: number) =>
      new SharedCount(counters, { quantity, isolate, limit });
    this.#limits = limits;
    this.#isolates = counters.isolates;
    this.#counts = {
      requests: count("requests", limits.requestsMax),
      bytes: count("bytes", limits.bytesMax),
      pixels: count("pixels", limits.pixelsMax),
      inputs: count("inputs", limits.inputsMax),
      memory: count("memory", limits.memoryBytesMax ?? Infinity),
      working: 0,
      clients: new ClientShares(),
      limit: new ConcurrencyLimit({
        min: WORKING_MIN,
        max: limits.requestsMax,
        latencyMsMax: limits.latencyMsTarget,
      }),
    };
    this.#dear = count("dear", Math.ceil(counters.isolates / ISOLATES_PER_DEAR_IMAGE));
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

  /** Requests in flight here, and in the isolate that has fewest. */
  get load(): Load {
    return this.#counts.requests;
  }

  /** Requests that may be in work in this isolate: by its latency, or by the limit of all. */
  get limit(): number {
    return this.#counts.limit.current;
  }

  /** Whether a client's next request would be refused; of several clients, one with less than its share is let in longer. */
  isFullFor(client: string): boolean {
    const { requests, inputs, clients } = this.#counts;
    const isFull = !requests.hasRoom(1) || !inputs.hasRoom(1) || this.#isShareFullFor(client) ||
      this.#isWorkFullFor(client);
    if (isFull) clients.refuse(client);
    return isFull;
  }

  /** Of the requests in flight, the last ones are for those who have less than their share. */
  #isShareFullFor(client: string): boolean {
    const { requests, clients } = this.#counts;
    const { requestsMax } = this.#limits;
    if (requests.total < requestsMax / SHARE_HEADROOM) return false;
    const contenders = clients.contenders(client);
    return contenders > 1 &&
      clients.working(client) >= requestsMax / this.#isolates / contenders;
  }

  #isWorkFullFor(client: string): boolean {
    const { working, limit, clients } = this.#counts;
    if (!limit.isReached(working)) return false;
    if (working >= limit.current * SHARE_HEADROOM) return true;
    const contenders = clients.contenders(client);
    return contenders === 1 || clients.working(client) >= limit.current / contenders;
  }

  /**
   * Takes the memory that decoding an image holds at its worst, beside bodies and what is decoded in all isolates. Of
   * images that take more than a camera's photo few are decoded at once.
   *
   * @returns `undefined` while it does not fit.
   */
  takeMemory(bytes: number): Disposable | undefined {
    const { memory } = this.#counts;
    const isDear = bytes > DEAR_BYTES;
    if (isDear && !this.#dear.take(1)) return undefined;
    const hasMemory = memory.take(bytes);
    const release = () => {
      if (isDear) this.#dear.give(1);
      if (hasMemory) memory.give(bytes);
    };
    if (hasMemory) return { [Symbol.dispose]: release };
    release();
    return undefined;
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
