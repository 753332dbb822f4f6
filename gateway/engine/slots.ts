import type { LeaseHolder, SlotUse } from "./engine.ts";

/** How slots are handed out. */
export interface SlotOptions {
  /** How many of the lowest are taken in turn, so that neighbours follow each other: the fewer, the less memory is in use. */
  readonly inTurn?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

/**
 * Hands out numbered slots, lowest first or the lowest ones in turn, in contiguous runs where it can.
 *
 * Slots are the backpressure: as many as inputs may be in flight, and nobody waits for one. One more than asked
 * for is set aside for the health canary, so that a full gateway can still prove that it works.
 */
export class SlotAllocator implements SlotUse {
  readonly total: number;
  readonly #free: boolean[];
  readonly #canarySlot: number;
  readonly #inTurn: number;
  /** The slot behind those that were taken last. */
  #next = 0;
  #inUse = 0;
  readonly #now: () => number;
  /** When `inUse` changed last, and what slots had been held until then, milliseconds. */
  #changedMs: number;
  #heldMs = 0;

  /** @param total Slots for requests; the canary's comes on top. */
  constructor(total: number, { inTurn = 0, now = () => performance.now() }: SlotOptions = {}) {
    this.total = total;
    this.#now = now;
    this.#changedMs = now();
    this.#inTurn = Math.min(inTurn, total);
    this.#canarySlot = total;
    this.#free = Array.from({ length: total + 1 }, () => true);
  }

  /** Slots that exist, the canary's included: what a region must have room for. */
  get capacity(): number {
    return this.total + 1;
  }

  /** Slots held by requests. */
  get inUse(): number {
    return this.#inUse;
  }

  get heldSeconds(): number {
    this.#countHeld();
    return this.#heldMs / 1000;
  }

  /** Whether any slot is held, the canary's included. */
  get isAnyTaken(): boolean {
    return this.#free.includes(false);
  }

  /** Takes `count` slots, or `undefined` when too few are free. */
  take(count: number, holder: LeaseHolder = "request"): number[] | undefined {
    if (holder === "canary") return this.#takeCanary(count);
    if (count > this.total - this.#inUse) return undefined;
    const taken = this.#contiguous(count) ?? this.#scattered(count);
    for (const slot of taken) this.#free[slot] = false;
    this.#countHeld();
    this.#inUse += count;
    return taken;
  }

  /** Gives slots back. */
  release(slots: readonly number[]): void {
    this.#countHeld();
    for (const slot of slots) {
      if (this.#free[slot] !== false) {
        throw new RangeError(`Cannot release slot ${slot}: it is not taken`);
      }
      this.#free[slot] = true;
      if (slot !== this.#canarySlot) this.#inUse--;
    }
  }

  /** Adds what slots were held since `inUse` changed; to be called before it changes. */
  #countHeld(): void {
    const now = this.#now();
    this.#heldMs += this.#inUse * (now - this.#changedMs);
    this.#changedMs = now;
  }

  #takeCanary(count: number): number[] | undefined {
    if (count !== 1 || !this.#free[this.#canarySlot]) return undefined;
    this.#free[this.#canarySlot] = false;
    return [this.#canarySlot];
  }

  #contiguous(count: number): number[] | undefined {
    const start = this.#findRun(count, this.#next, this.#inTurn) ??
      this.#findRun(count, 0, this.total);
    if (start === undefined) return undefined;
    this.#next = start + count;
    return Array.from({ length: count }, (_, index) => start + index);
  }

  /** Where the first free slots in a row begin, from one slot on and before another. */
  #findRun(count: number, from: number, end: number): number | undefined {
    let start = from;
    for (let slot = from; slot < end; slot++) {
      if (!this.#free[slot]) start = slot + 1;
      else if (slot - start + 1 === count) return start;
    }
    return undefined;
  }

  #scattered(count: number): number[] {
    const taken: number[] = [];
    for (let slot = 0; taken.length < count; slot++) {
      if (this.#free[slot]) taken.push(slot);
    }
    return taken;
  }
}
