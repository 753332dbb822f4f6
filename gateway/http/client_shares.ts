/** What each client holds of one isolate, so that none keeps the others out. */

/** What one client holds. */
export interface ClientHeld {
  /** Requests that are in work, or arriving without delay. */
  working: number;
  /** Bodies that take their time to arrive. */
  slow: number;
  bytes: number;
  pixels: number;
  inputs: number;
  /** Permits open; without any, and nothing held beyond them, the client is forgotten. */
  permits: number;
}

/** What is kept for clients that hold less than their share, beside a limit that others have used up. */
export const SHARE_HEADROOM = 1.25;

/** Clients that were refused and are remembered, at most. */
const REFUSED_MAX = 1024;
/** Milliseconds for which they are: as long as refusals are held and `Retry-After` asks them to stay away, and then some. */
const REFUSED_MS = 8_000;
/** Milliseconds for which a client that came makes others share. */
const OTHERS_MS = 60_000;

/** Counts by client. */
export class ClientShares {
  readonly #held = new Map<string, ClientHeld>();
  /** When those that did not come in since were refused last. */
  readonly #refusedMs = new Map<string, number>();
  #forgottenMs = 0;
  /** The client that came last, and the one before it. */
  #latest: { readonly client: string; readonly ms: number } | undefined;
  #before: { readonly client: string; readonly ms: number } | undefined;

  /** Clients that hold anything. */
  get size(): number {
    return this.#held.size;
  }

  /** Clients among which the room is to be divided when this one asks for it: those that hold something or were refused. */
  contenders(client: string): number {
    let contenders = this.size;
    for (const refused of this.#refusedMs.keys()) if (!this.#held.has(refused)) contenders++;
    return contenders + (this.#held.has(client) || this.#refusedMs.has(client) ? 0 : 1);
  }

  /** Clients to divide by, those too who came of late and hold nothing at the moment. */
  sharers(client: string): number {
    return Math.max(this.contenders(client), this.hasOthers(client) ? 2 : 1);
  }

  /** Whether anybody else came of late: what could be taken at once by one client is divided then. */
  hasOthers(client: string): boolean {
    const other = this.#latest?.client === client ? this.#before : this.#latest;
    return other !== undefined && performance.now() - other.ms < OTHERS_MS;
  }

  /** Remembers a client that was refused, so that room is kept for it until it comes again. */
  refuse(client: string): void {
    const now = performance.now();
    if (now - this.#forgottenMs > REFUSED_MS / 4) this.#forget(now);
    if (this.#refusedMs.size >= REFUSED_MAX) return;
    this.#refusedMs.set(client, now);
  }

  /** Requests of a client that are in work. */
  working(client: string): number {
    return this.#held.get(client)?.working ?? 0;
  }

  /** Requests of a client that are in flight, whether in work or with bodies that take their time. */
  inFlight(client: string): number {
    return this.#held.get(client)?.permits ?? 0;
  }

  /** Opens a permit for a client. */
  enter(client: string): ClientHeld {
    let held = this.#held.get(client);
    if (held === undefined) {
      held = { working: 0, slow: 0, bytes: 0, pixels: 0, inputs: 0, permits: 0 };
      this.#held.set(client, held);
    }
    held.permits++;
    this.#refusedMs.delete(client);
    if (this.#latest?.client !== client) this.#before = this.#latest;
    this.#latest = { client, ms: performance.now() };
    return held;
  }

  /** Closes a permit of a client. */
  leave(client: string, held: ClientHeld): void {
    held.permits--;
    this.settle(client, held);
  }

  /** Forgets a client that holds nothing: workers may be at its images longer than its permits are open. */
  settle(client: string, held: ClientHeld): void {
    const { permits, pixels, inputs } = held;
    const isIdle = permits === 0 && pixels === 0 && inputs === 0;
    // It may have come back, if nothing was counted for it.
    if (isIdle && this.#held.get(client) === held) this.#held.delete(client);
  }

  #forget(now: number): void {
    this.#forgottenMs = now;
    for (const [client, refusedMs] of this.#refusedMs) {
      if (now - refusedMs > REFUSED_MS) this.#refusedMs.delete(client);
    }
  }
}
