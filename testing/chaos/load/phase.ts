/** What a load does for a while, and when its requests are due. */

/** So many clients that each await their reply, or so many requests a second whatever the replies do. */
export type Phase =
  | { readonly kind: "closed"; readonly clients: number; readonly seconds: number }
  | { readonly kind: "open"; readonly perSecond: number; readonly seconds: number };

/**
 * Reads `closed:CLIENTS:SECONDS` or `open:PER_SECOND:SECONDS`.
 *
 * @throws {TypeError} for anything else.
 */
export function parsePhase(text: string): Phase {
  const [kind, count, seconds, ...rest] = text.split(":");
  const numbers = { count: Number(count), seconds: Number(seconds) };
  if (numbers.count > 0 && numbers.seconds > 0 && rest.length === 0) {
    if (kind === "open") {
      return { kind, perSecond: numbers.count, seconds: numbers.seconds };
    }
    if (kind === "closed" && Number.isInteger(numbers.count)) {
      return { kind, clients: numbers.count, seconds: numbers.seconds };
    }
  }
  throw new TypeError(
    `A phase is closed:CLIENTS:SECONDS or open:PER_SECOND:SECONDS: it is ${text}`,
  );
}

/** The inverse of `parsePhase()`. */
export function formatPhase(phase: Phase): string {
  const count = phase.kind === "open" ? phase.perSecond : phase.clients;
  return `${phase.kind}:${count}:${phase.seconds}`;
}

/** Times of requests at a constant rate: each from its number, so that lateness never shifts those behind it. */
export class Arrivals {
  readonly #startMs: number;
  readonly #perSecond: number;
  readonly #endMs: number;
  #count = 0;

  /** @param startMs Of the first. None is due at `endMs` or later. */
  constructor(startMs: number, endMs: number, perSecond: number) {
    this.#startMs = startMs;
    this.#endMs = endMs;
    this.#perSecond = perSecond;
  }

  /** When the next one is due; infinite behind the last. */
  get nextMs(): number {
    const dueMs = this.#startMs + (this.#count * 1000) / this.#perSecond;
    return dueMs < this.#endMs ? dueMs : Infinity;
  }

  /** Takes one that is due by now, and tells when it was; `undefined` when none is. */
  take(nowMs: number): number | undefined {
    const dueMs = this.nextMs;
    if (dueMs > nowMs) return undefined;
    this.#count++;
    return dueMs;
  }
}
