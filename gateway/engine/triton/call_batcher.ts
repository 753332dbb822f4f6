/** Collects inputs of several requests into one call to Triton where their slots are neighbours. */
import type { Deadline } from "../../work/deadline.ts";
import { type CallBounds, jointBounds } from "./call_bounds.ts";
import type { TritonConnection } from "./connection.ts";

/** Neighbouring slots that were filled under one connection. */
export interface SlotSpan {
  readonly firstSlot: number;
  readonly count: number;
  readonly connection: TritonConnection;
}

/** What a batcher is made of. */
export interface CallBatcherOptions {
  /** Slots in one call, at most; no span has more. */
  readonly batchMax: number;
  /** Makes one call. Gives f32 [count, dim], row-major. */
  readonly run: (span: SlotSpan, bounds: CallBounds) => Promise<Float32Array>;
  /** Called for a span whose time was over before its call was made. */
  readonly onDropped: () => void;
}

/** What the model gave for one span. */
export interface SpanReply {
  /** f32 [count, dim], row-major: a part of the call's reply that is this span's alone. */
  readonly values: Float32Array;
  /** Milliseconds until the call was made. */
  readonly queueMs: number;
}

interface Entry {
  readonly span: SlotSpan;
  readonly deadline: Deadline;
  readonly addedMs: number;
  readonly resolve: (reply: SpanReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Images with Triton from which on others are collected: what it computes, and what it computes next. */
const BUSY_IMAGES = 2;
/** Milliseconds that collecting may take, so that what takes long there still waits there, for Triton's own batcher. */
const HOLD_MS_MAX = 3;

/**
 * Makes a call at once for what becomes ready in one turn of the event loop while Triton has little to do. While it has
 * more, collects until a call returns, a call is full, or a few milliseconds have passed.
 *
 * Spans join one call only where one ends where the next begins: what lies between may be written to by others.
 */
export class CallBatcher implements Disposable {
  readonly #options: CallBatcherOptions;
  #queue: Entry[] = [];
  #imagesInFlight = 0;
  #isScheduled = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CallBatcherOptions) {
    this.#options = options;
  }

  /**
   * Adds a span to the next call. A call for several requests is not cancelled when one of them has no time left or
   * its client leaves: whoever waits has to stop by itself.
   *
   * @throws {GatewayError} of the deadline where it passed before the call, or whatever `run` threw for the call.
   */
  add(span: SlotSpan, deadline: Deadline): Promise<SpanReply> {
    const { promise, resolve, reject } = Promise.withResolvers<SpanReply>();
    this.#queue.push({ span, deadline, addedMs: performance.now(), resolve, reject });
    this.#schedule();
    return promise;
  }

  /** Makes the calls of what was collected, so that nothing waits any more. */
  [Symbol.dispose](): void {
    this.#flush();
  }

  /** In a microtask: what comes ready in this turn of the loop is added by others that stand before it. */
  #schedule(): void {
    if (this.#isScheduled || this.#queue.length === 0) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#decide(false);
    });
  }

  readonly #flush = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#decide(true);
  };

  #decide(isDue: boolean): void {
    const groups = joinNeighbours(this.#takeLive(), this.#options.batchMax);
    for (const group of groups) {
      const isFull = slotsOf(group) === this.#options.batchMax;
      if (isDue || isFull || this.#imagesInFlight < BUSY_IMAGES) void this.#call(group);
      else this.#queue.push(...group);
    }
    // One timer for all that waits: most of it has gone by then, and a timer a call costs more than it is worth.
    if (this.#queue.length > 0) this.#timer ??= setTimeout(this.#flush, HOLD_MS_MAX);
  }

  /** Empties the queue, of what nobody awaits any more as well: its slots may be somebody else's by now. */
  #takeLive(): Entry[] {
    const entries = this.#queue;
    this.#queue = [];
    return entries.filter(({ deadline, reject }) => {
      try {
        return deadline.assertRemainingMs() > 0;
      } catch (error) {
        this.#options.onDropped();
        reject(error);
        return false;
      }
    });
  }

  async #call(group: readonly Entry[]): Promise<void> {
    const [first] = group as readonly [Entry, ...Entry[]];
    const count = slotsOf(group);
    const startedMs = performance.now();
    this.#imagesInFlight += count;
    try {
      const bounds = group.length === 1
        ? first.deadline
        : jointBounds(group.map(({ deadline }) => deadline));
      const values = await this.#options.run({ ...first.span, count }, bounds);
      const dim = values.length / count;
      for (const { span, addedMs, resolve } of group) {
        const from = (span.firstSlot - first.span.firstSlot) * dim;
        const part = values.subarray(from, from + span.count * dim);
        resolve({ values: part, queueMs: startedMs - addedMs });
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      this.#imagesInFlight -= count;
      this.#schedule();
    }
  }
}

/** Groups of entries whose spans follow each other without a gap, under one connection. */
function joinNeighbours(entries: Entry[], batchMax: number): Entry[][] {
  const groups: Entry[][] = [];
  entries.sort((a, b) => a.span.firstSlot - b.span.firstSlot);
  for (const entry of entries) {
    const group = groups.at(-1);
    const before = group?.at(-1)?.span;
    const follows = before?.connection === entry.span.connection &&
      before.firstSlot + before.count === entry.span.firstSlot;
    if (group !== undefined && follows && slotsOf(group) + entry.span.count <= batchMax) {
      group.push(entry);
    } else groups.push([entry]);
  }
  return groups;
}

function slotsOf(group: readonly Entry[]): number {
  return group.reduce((sum, { span }) => sum + span.count, 0);
}
