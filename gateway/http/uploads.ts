/** Bodies on their way: which are too slow to wait for, and which go first when too many take their time. */
import { GatewayError, limitError } from "../contract/errors.ts";

/** What an upload must achieve. */
export interface UploadLimits {
  /** Milliseconds in which nothing of a body may arrive, and over which its rate is judged, again and again. */
  readonly idleMsMax: number;
  /**
   * Bytes a second in each such time. Not since the head: a body whose beginning came at once would then be held for
   * long by a byte now and then.
   */
  readonly bytesPerSecondMin: number;
  /** Milliseconds from the head to the last byte, at whatever rate. */
  readonly totalMsMax: number;
  /** Bodies that may take their time at once; one more, and the slowest of them is given up. */
  readonly slowMax: number;
  /** Whether the room for bodies is nearly used up: those that have held most for longest then make room. */
  readonly isRoomShort: () => boolean;
}

/** Whose upload it is; told when it turns out to take its time. */
export interface Uploader {
  /** Slow uploads of the same client. */
  readonly slowUploads: number;
  /** The body takes its time: it is no work until it is there. */
  setSlow(): void;
}

/** A body on its way; disposing ends it, complete or not. */
export interface Upload extends Disposable {
  /** More of it arrived. */
  add(bytes: number): void;
}

interface Watched {
  readonly uploader: Uploader;
  startedMs: number;
  readonly giveUp: (error: GatewayError) => void;
  lastMs: number;
  bytes: number;
  /** Since when its rate is judged, and how many bytes were there by then. */
  judgedMs: number;
  judgedBytes: number;
  isSlow: boolean;
}

/** `Retry-After` of a gateway that is going away: its replacement should be there by then. */
export const DRAINING_RETRY_SECONDS = 2;

/** How often uploads are looked at. */
const SWEEP_MS = 50;
/** What is there by then does not count as slow: two looks, in each of which this thread got to read. */
const SLOW_MS = 2 * SWEEP_MS;

/** Watches the uploads of one isolate with one timer. */
export class Uploads implements Disposable {
  readonly #limits: UploadLimits;
  readonly #watched = new Set<Watched>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #sweptMs = 0;
  #endMs = Infinity;

  constructor(limits: UploadLimits) {
    this.#limits = limits;
  }

  /**
   * Watches an upload from its head on.
   *
   * @param giveUp Called with `body_timeout` or `draining` when it is given up.
   */
  begin(uploader: Uploader, giveUp: (error: GatewayError) => void): Upload {
    const now = performance.now();
    const watched = {
      uploader,
      startedMs: now,
      lastMs: now,
      giveUp,
      bytes: 0,
      judgedMs: now,
      judgedBytes: 0,
      isSlow: false,
    };
    this.#watched.add(watched);
    if (this.#timer === undefined) {
      this.#sweptMs = now;
      this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    }
    return {
      add: (bytes) => {
        watched.bytes += bytes;
        watched.lastMs = performance.now();
      },
      [Symbol.dispose]: () => void this.#watched.delete(watched),
    };
  }

  /** Has what is not there in so many milliseconds given up with `draining`, so that it is answered before the end; once. */
  endWithin(milliseconds: number): void {
    this.#endMs = Math.min(this.#endMs, performance.now() + milliseconds);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The timer ends with the first look that finds nothing, so that busy gateways need not set it again and again. */
  #sweep(): void {
    if (this.#watched.size === 0) return this[Symbol.dispose]();
    const now = performance.now();
    const lateMs = Math.max(0, now - this.#sweptMs - SWEEP_MS);
    this.#sweptMs = now;
    const slow: Watched[] = [];
    for (const watched of this.#watched) {
      // What arrived while this thread was busy could not be read: that time counts for nobody.
      watched.startedMs = Math.min(now, watched.startedMs + lateMs);
      watched.lastMs = Math.min(now, watched.lastMs + lateMs);
      watched.judgedMs = Math.min(now, watched.judgedMs + lateMs);
      if (now - watched.startedMs < SLOW_MS) continue;
      if (!watched.isSlow) {
        watched.isSlow = true;
        watched.uploader.setSlow();
      }
      const error = this.#tooSlow(watched, now);
      if (error === undefined) slow.push(watched);
      else this.#giveUp(watched, error);
    }
    if (lateMs >= SWEEP_MS) return;
    const surplus = slow.length - this.#limits.slowMax;
    if (surplus > 0) this.#giveUpSlowest(slow, surplus, now);
    if (surplus <= 0 && this.#limits.isRoomShort()) this.#makeRoom(slow, now);
  }

  #tooSlow(watched: Watched, now: number): GatewayError | undefined {
    const { idleMsMax, totalMsMax } = this.#limits;
    if (now >= this.#endMs) {
      return new GatewayError("draining", "Cannot wait for body: the gateway is shutting down", {
        retryAfterSeconds: DRAINING_RETRY_SECONDS,
      });
    }
    if (now - watched.lastMs >= idleMsMax) {
      return timeout("the milliseconds without any of it", idleMsMax);
    }
    if (now - watched.startedMs >= totalMsMax) return timeout("its milliseconds", totalMsMax);
    return now - watched.judgedMs >= idleMsMax ? this.#judgeRate(watched, now) : undefined;
  }

  #judgeRate(watched: Watched, now: number): GatewayError | undefined {
    const { bytesPerSecondMin } = this.#limits;
    const seconds = (now - watched.judgedMs) / 1000;
    if (watched.bytes - watched.judgedBytes < seconds * bytesPerSecondMin) {
      return new GatewayError(
        "body_timeout",
        `Cannot read body as its bytes a second must be ≥ ${bytesPerSecondMin}`,
      );
    }
    watched.judgedMs = now;
    watched.judgedBytes = watched.bytes;
    return undefined;
  }

  /** First of those who have most, then those who are slowest. */
  #giveUpSlowest(slow: Watched[], count: number, now: number): void {
    const rate = ({ bytes, startedMs }: Watched) => bytes / (now - startedMs);
    slow.sort((a, b) => b.uploader.slowUploads - a.uploader.slowUploads || rate(a) - rate(b));
    for (const watched of slow.slice(0, count)) {
      this.#giveUp(
        watched,
        limitError("body_timeout", {
          action: "wait for body",
          quantity: "bodies that arrive slowly",
          limit: this.#limits.slowMax,
        }),
      );
    }
  }

  /** One a look, as what it gives back is counted by the next; who is alone takes room from nobody. */
  #makeRoom(slow: readonly Watched[], now: number): void {
    const held = ({ bytes, startedMs }: Watched) => bytes * (now - startedMs);
    const [first] = slow.toSorted((a, b) => held(b) - held(a));
    if (first === undefined || slow.length === 1) return;
    const message = "Cannot wait for body as it arrives slowly, and the room for bodies is used up";
    this.#giveUp(first, new GatewayError("body_timeout", message));
  }

  #giveUp(watched: Watched, error: GatewayError): void {
    this.#watched.delete(watched);
    watched.giveUp(error);
  }
}

function timeout(quantity: string, limit: number): GatewayError {
  return limitError("body_timeout", { action: "read body", quantity, limit });
}
