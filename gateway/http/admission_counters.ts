/** What is in flight in a process, counted in memory that its isolates share. */

/** A row of quantities an isolate; goes to another isolate as it is. */
export interface AdmissionCounters {
  /** 64-bit integers: bytes and pixels do not fit into 32. */
  readonly buffer: SharedArrayBuffer;
  readonly isolates: number;
  /** Numbers of one isolate. */
  readonly rowLength: number;
}

const QUANTITIES = { requests: 0, bytes: 1, pixels: 2, inputs: 3, memory: 4, dear: 5 };
/** Of those that wait for the last two: since when, and when they asked last. */
const WAITS = { memorySince: 6, memoryAsked: 7, dearSince: 8, dearAsked: 9 };
const COLUMNS = { ...QUANTITIES, ...WAITS };
/** Of those, what one model holds: behind all others, model by model. */
const MODEL_QUANTITIES = { requests: 0, bytes: 1, pixels: 2, inputs: 3 };
/** What is counted. */
export type Quantity = keyof typeof QUANTITIES;
/** What is counted of each model, where there are several. */
export type ModelQuantity = keyof typeof MODEL_QUANTITIES;

/** Where a number stands in its row. */
export function columnOf(name: keyof typeof COLUMNS): number {
  return COLUMNS[name];
}

function modelColumnOf(name: ModelQuantity, model: number): number {
  const before = Object.keys(COLUMNS).length + model * Object.keys(MODEL_QUANTITIES).length;
  return before + MODEL_QUANTITIES[name];
}

/** Makes counters for `isolates` isolates that hold nothing; of a single model, nothing is counted apart. */
export function createAdmissionCounters(isolates: number, models = 1): AdmissionCounters {
  const rowLength = modelColumnOf("requests", models > 1 ? models : 0);
  const bytes = isolates * rowLength * BigInt64Array.BYTES_PER_ELEMENT;
  return { buffer: new SharedArrayBuffer(bytes), isolates, rowLength };
}

/** Gives back all that an isolate held; only once it has ended, and before another one takes its row. */
export function releaseIsolate(counters: AdmissionCounters, isolate: number): void {
  const counts = new BigInt64Array(counters.buffer);
  const { rowLength } = counters;
  for (let column = 0; column < rowLength; column++) {
    Atomics.store(counts, isolate * rowLength + column, 0n);
  }
}

/** Where a count stands, and what all isolates together may hold of it. */
export type SharedCountOptions =
  & { readonly isolate: number; readonly limit: number }
  & (
    | { readonly quantity: Quantity; readonly model?: undefined }
    /** Of one model, by its place. */
    | { readonly quantity: ModelQuantity; readonly model: number }
  );

/**
 * One isolate's count of one quantity. All of them together never hold more than the limit, and an isolate may take `x`
 * more if
 *
 *     own + x + Σ over the others of max(theirs, reserve) ≤ limit,   reserve = ⌊limit / (2 × isolates)⌋
 *
 * since connections are not dealt out evenly: half of the limit is for whoever needs it, and of the other half each
 * isolate has its part, so that none starves beside busy ones. Others' reserves are not kept from what stays within the
 * own one, nor from an isolate whose only request it is: a request within the limit is served by a gateway that is idle.
 */
export class SharedCount {
  readonly #counts: BigInt64Array<SharedArrayBuffer>;
  readonly #column: number;
  readonly #own: number;
  readonly #rowLength: number;
  readonly #limit: number;
  readonly #reserve: number;

  constructor(counters: AdmissionCounters, options: SharedCountOptions) {
    this.#counts = new BigInt64Array(counters.buffer);
    this.#column = options.model === undefined
      ? columnOf(options.quantity)
      : modelColumnOf(options.quantity, options.model);
    this.#rowLength = counters.rowLength;
    this.#own = options.isolate * counters.rowLength + this.#column;
    this.#limit = options.limit;
    this.#reserve = Math.floor(options.limit / (2 * counters.isolates));
  }

  /** What all isolates hold, and for a moment what one of them tries to. */
  get total(): number {
    let total = 0;
    for (let i = this.#column; i < this.#counts.length; i += this.#rowLength) {
      total += Number(Atomics.load(this.#counts, i));
    }
    return total;
  }

  /** What this isolate holds. */
  get own(): number {
    return Number(Atomics.load(this.#counts, this.#own));
  }

  /** What the one of the other isolates holds that holds least; `Infinity` where there is none. */
  get leastOther(): number {
    let least = Infinity;
    for (let i = this.#column; i < this.#counts.length; i += this.#rowLength) {
      if (i !== this.#own) least = Math.min(least, Number(Atomics.load(this.#counts, i)));
    }
    return least;
  }

  /** Whether `amount` could be taken now. */
  hasRoom(amount: number): boolean {
    const before = this.own;
    return this.#fits(before, amount, before === 0);
  }

  /**
   * Takes `amount`, or holds nothing of it and says no.
   *
   * @param isOnly Whether all that the isolate holds belongs to the request that takes more.
   */
  take(amount: number, isOnly = false): boolean {
    // Adds before it looks: of two isolates that race, the later one sees both amounts. Both may be refused.
    const before = Number(Atomics.add(this.#counts, this.#own, BigInt(amount)));
    if (this.#fits(before, amount, isOnly || before === 0)) return true;
    this.give(amount);
    return false;
  }

  /** Takes `amount`, whatever the limit. */
  add(amount: number): void {
    Atomics.add(this.#counts, this.#own, BigInt(amount));
  }

  /** Gives back what was taken. */
  give(amount: number): void {
    Atomics.sub(this.#counts, this.#own, BigInt(amount));
  }

  #fits(before: number, amount: number, isOnly: boolean): boolean {
    const own = before + amount;
    let held = own;
    let kept = own;
    for (let i = this.#column; i < this.#counts.length; i += this.#rowLength) {
      if (i === this.#own) continue;
      const theirs = Number(Atomics.load(this.#counts, i));
      held += theirs;
      kept += Math.max(theirs, this.#reserve);
    }
    if (held > this.#limit) return false;
    return kept <= this.#limit || own <= this.#reserve || isOnly;
  }
}
