/** What each client holds of one isolate, so that none keeps the others out. */

/** What one client holds. */
export interface ClientHeld {
  /** Requests that are in work, or arriving without delay. */
  working: number;
  /** Bodies that take their time to arrive. */
  slow: number;
  bytes: number;
  /** Permits open; without any the client is forgotten. */
  permits: number;
}

/** Clients that were refused and are remembered, at most. */
const REFUSED_MAX = 1024;
/** Milliseconds for which they are: as long as `Retry-After` asks them to stay away, and then some. */
const REFUSED_MS = 4_000;

/** Counts by client. */
export class ClientShares {
  readonly #held = new Map<string, ClientHeld>();
  /** When those that hold nothing were refused last. */
  readonly #refusedMs = new Map<string, number>();
  #forgottenMs = 0;

  /** Clients that hold anything. */
  get size(): number {
    return this.#held.size;
  }

  /** Clients among which the room is to be divided when this one asks for it: those that hold something or were refused. */
  contenders(client: string): number {
    const isNew = !this.#held.has(client) && !this.#refusedMs.has(client);
    return this.#held.size + this.#refusedMs.size + (isNew ? 1 : 0);
  }

  /** Remembers a client that was refused, so that room is kept for it until it comes again. */
  refuse(client: string): void {
    const now = performance.now();
    if (now - this.#forgottenMs > REFUSED_MS / 4) this.#forget(now);
    if (this.#held.has(client) || this.#refusedMs.size >= REFUSED_MAX) return;
    this.#refusedMs.set(client, now);
  }

  /** Requests of a client that are in work. */
  working(client: string): number {
    return this.#held.get(client)?.working ?? 0;
  }

  /** Opens a permit for a client. */
  enter(client: string): ClientHeld {
    let held = this.#held.get(client);
    if (held === undefined) {
      held = { working: 0, slow: 0, bytes: 0, permits: 0 };
      this.#held.set(client, held);
    }
    held.permits++;
    this.#refusedMs.delete(client);
    return held;
  }

  /** Closes a permit of a client. */
  leave(client: string, held: ClientHeld): void {
    if (--held.permits === 0) this.#held.delete(client);
  }

  #forget(now: number): void {
    this.#forgottenMs = now;
    for (const [client, refusedMs] of this.#refusedMs) {
      if (now - refusedMs > REFUSED_MS) this.#refusedMs.delete(client);
    }
  }
}
