/** The parts of a model of queues: a calendar of what happens when, and servers with one line before them. */

/** What happens, in order of time; a model has no other clock. */
export class Calendar {
  #nowMs = 0;
  readonly #events: { readonly atMs: number; readonly happen: () => void }[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Puts an event behind those of the same time. */
  at(atMs: number, happen: () => void): void {
    let [low, high] = [0, this.#events.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#events[middle]?.atMs ?? 0) > atMs) low = middle + 1;
      else high = middle;
    }
    // The next event stands last, where taking it moves no other.
    this.#events.splice(low, 0, { atMs, happen });
  }

  /** Lets everything happen, and what comes of it. */
  run(): void {
    for (let next = this.#events.pop(); next !== undefined; next = this.#events.pop()) {
      this.#nowMs = next.atMs;
      next.happen();
    }
  }
}

/** Servers that take what waits, first come first served: an idle one takes up to a batch at once. */
export interface StationOptions<Job> {
  readonly servers: number;
  readonly batchMax: number;
  readonly serviceMs: (batch: readonly Job[]) => number;
  readonly done: (job: Job) => void;
}

/** A station in a calendar. */
export class Station<Job> {
  /** Of all servers together. */
  busyMs = 0;
  readonly #calendar: Calendar;
  readonly #options: StationOptions<Job>;
  readonly #line: Job[] = [];
  #idle: number;

  constructor(calendar: Calendar, options: StationOptions<Job>) {
    this.#calendar = calendar;
    this.#options = options;
    this.#idle = options.servers;
  }

  push(job: Job): void {
    this.#line.push(job);
    this.#serve();
  }

  #serve(): void {
    if (this.#idle === 0 || this.#line.length === 0) return;
    const { batchMax, serviceMs, done } = this.#options;
    const batch = this.#line.splice(0, batchMax);
    const tookMs = serviceMs(batch);
    this.#idle--;
    this.busyMs += tookMs;
    this.#calendar.at(this.#calendar.nowMs + tookMs, () => {
      this.#idle++;
      batch.forEach(done);
      this.#serve();
    });
  }
}
