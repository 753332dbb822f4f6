/** An attack by many connections on one thread that blocks. */
import type { Attack } from "./attacks.ts";
import type { Sockets } from "./sockets.ts";

/** How to attack. */
export interface AttackOptions {
  readonly sockets: Sockets;
  readonly attack: Attack;
  readonly connections: number;
  readonly seconds: number;
}

/** What became of the connections. */
export interface AttackReport {
  readonly opened: number;
  /** Ended by the server. */
  readonly closed: number;
  /** Statuses of replies that were read. */
  readonly statuses: Readonly<Record<string, number>>;
}

interface Held {
  readonly descriptor: number;
  sentBytes: number;
  dripped: number;
  nextMs: number;
}

/** One that was refused or closed is opened again behind so much time. */
const REOPEN_MS = 100;
const latin1 = new TextDecoder("latin1");
const encoder = new TextEncoder();

/** Holds the connections for their time, then leaves. */
export function runAttack(options: AttackOptions): AttackReport {
  return new AttackRun(options).run();
}

class AttackRun {
  readonly #options: AttackOptions;
  readonly #first: Uint8Array<ArrayBuffer>;
  readonly #drip: Uint8Array<ArrayBuffer>;
  readonly #held = new Map<number, Held>();
  readonly #buffer = new Uint8Array(64 * 1024);
  readonly #statuses: Record<string, number> = {};
  #opened = 0;
  #closed = 0;

  constructor(options: AttackOptions) {
    this.#options = options;
    this.#first = encoder.encode(options.attack.first);
    this.#drip = encoder.encode(options.attack.drip);
  }

  run(): AttackReport {
    const { sockets, connections, seconds } = this.#options;
    const endMs = performance.now() + seconds * 1000;
    let openMs = 0;
    for (let nowMs; (nowMs = performance.now()) < endMs;) {
      if (nowMs >= openMs) {
        for (let free = connections - this.#held.size; free > 0; free--) this.#open(nowMs);
        openMs = nowMs + REOPEN_MS;
      }
      for (const held of this.#held.values()) if (held.nextMs <= nowMs) this.#feed(held, nowMs);
      for (const { descriptor, isReadable, isWritable } of sockets.wait(REOPEN_MS)) {
        const held = this.#held.get(descriptor);
        if (held === undefined) continue;
        if (isReadable) this.#receive(held);
        else if (isWritable) this.#sendFirst(held);
      }
    }
    for (const descriptor of this.#held.keys()) sockets.close(descriptor);
    return { opened: this.#opened, closed: this.#closed, statuses: this.#statuses };
  }

  #open(nowMs: number): void {
    const descriptor = this.#options.sockets.open();
    if (descriptor === undefined) return;
    this.#opened++;
    // All in the same moment would be kinder.
    const nextMs = nowMs + this.#options.attack.dripMs * (1 + Math.random());
    if (this.#options.attack.isDeaf) this.#options.sockets.watch(descriptor, "write");
    this.#held.set(descriptor, { descriptor, sentBytes: 0, dripped: 0, nextMs });
  }

  #sendFirst(held: Held): void {
    const { sockets, attack } = this.#options;
    const rest = this.#first.subarray(held.sentBytes);
    const sent = rest.length === 0 ? 0 : sockets.send(held.descriptor, rest);
    if (sent > 0) held.sentBytes += sent;
    const isWhole = held.sentBytes === this.#first.length;
    if (isWhole) sockets.watch(held.descriptor, attack.isDeaf ? "nothing" : "read");
  }

  #feed(held: Held, nowMs: number): void {
    held.nextMs = nowMs + this.#options.attack.dripMs;
    if (this.#drip.length === 0 || held.sentBytes < this.#first.length) return;
    const at = held.dripped++ % this.#drip.length;
    this.#options.sockets.send(held.descriptor, this.#drip.subarray(at, at + 1));
  }

  #receive(held: Held): void {
    const { sockets, attack } = this.#options;
    // A deaf one hears only that the connection broke.
    const count = attack.isDeaf ? 0 : sockets.receive(held.descriptor, this.#buffer);
    if (count > 0) {
      const text = latin1.decode(this.#buffer.subarray(0, Math.min(count, 64)));
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1];
      if (status === undefined) return;
      this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    } else this.#closed++;
    // Whoever was answered begins anew.
    sockets.close(held.descriptor);
    this.#held.delete(held.descriptor);
  }
}
