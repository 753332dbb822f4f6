/**
 * Whose job is next: start-time fair queueing (Goyal, Vin and Cheng, "Start-time Fair Queueing", SIGCOMM 1996, section 2).
 *
 * A job's start tag is when it would begin if each client had a server of its own, as fast as the number of clients leaves
 * it: where its client's job before it ends, and no earlier than `v`, the start tag that was served last. The least one
 * is next. Who asks for dear jobs waits behind its own; who comes with a cheap one goes first.
 */

/** One client's jobs, in order of arrival. */
export interface ClientLine<Entry> {
  readonly client: string;
  readonly entries: Entry[];
  /** Of its next job, in milliseconds of work. */
  startTag: number;
  /** Milliseconds of work that wait. */
  waitingMs: number;
}

/** Clients without a job that are remembered for what they had, at most: names are theirs to choose. */
const IDLE_MAX = 256;

/** The lines of all clients. */
export class FairOrder<Entry> {
  readonly #lines = new Map<string, ClientLine<Entry>>();
  #v = 0;
  #length = 0;

  /** Jobs that wait. */
  get length(): number {
    return this.#length;
  }

  /** Lines with jobs, whose turn it is first. */
  *inOrder(): Iterable<ClientLine<Entry>> {
    const waiting = [...this.#lines.values()].filter(({ entries }) => entries.length > 0);
    yield* waiting.sort((one, other) => one.startTag - other.startTag);
  }

  /** Milliseconds of a client's jobs that wait, and clients that have any if it has. */
  backlog(client: string): { readonly waitingMs: number; readonly clients: number } {
    let clients = 1;
    for (const line of this.#lines.values()) {
      if (line.client !== client && line.entries.length > 0) clients++;
    }
    return { waitingMs: this.#lines.get(client)?.waitingMs ?? 0, clients };
  }

  /** Adds a job behind those of its client. */
  add(client: string, entry: Entry, costMs: number): void {
    let line = this.#lines.get(client);
    if (line === undefined) {
      line = { client, entries: [], startTag: this.#v, waitingMs: 0 };
      this.#lines.set(client, line);
    }
    if (line.entries.length === 0) line.startTag = Math.max(this.#v, line.startTag);
    line.entries.push(entry);
    line.waitingMs += costMs;
    this.#length++;
  }

  /** Takes a job out, to be served. */
  serve(line: ClientLine<Entry>, entry: Entry, costMs: number): void {
    this.#v = Math.max(this.#v, line.startTag);
    line.startTag += costMs;
    this.#take(line, entry, costMs);
  }

  /** Takes a job out that nobody waits for any more; whether it was there. */
  remove(client: string, entry: Entry, costMs: number): boolean {
    const line = this.#lines.get(client);
    if (line === undefined || !line.entries.includes(entry)) return false;
    this.#take(line, entry, costMs);
    return true;
  }

  /** Takes all of them out, and forgets everybody. */
  clear(): Entry[] {
    const entries = [...this.#lines.values()].flatMap((line) => line.entries);
    this.#lines.clear();
    this.#length = 0;
    return entries;
  }

  #take(line: ClientLine<Entry>, entry: Entry, costMs: number): void {
    line.entries.splice(line.entries.indexOf(entry), 1);
    line.waitingMs = line.entries.length === 0 ? 0 : line.waitingMs - costMs;
    this.#length--;
    if (line.entries.length === 0) this.#forget();
  }

  /** Forgets idle clients that owe nothing; of more than there is room for, those who came first. */
  #forget(): void {
    const idle = [...this.#lines.values()].filter(({ entries }) => entries.length === 0);
    const owing = idle.filter(({ startTag }) => startTag > this.#v);
    const kept = new Set(owing.slice(-IDLE_MAX));
    for (const line of idle) if (!kept.has(line)) this.#lines.delete(line.client);
  }
}
