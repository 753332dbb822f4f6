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

/** Counts by client. */
export class ClientShares {
  readonly #held = new Map<string, ClientHeld>();

  /** Clients that hold anything. */
  get size(): number {
    return this.#held.size;
  }

  has(client: string): boolean {
    return this.#held.has(client);
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
    return held;
  }

  /** Closes a permit of a client. */
  leave(client: string, held: ClientHeld): void {
    if (--held.permits === 0) this.#held.delete(client);
  }
}
