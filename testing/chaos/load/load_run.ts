/** A load on one thread that blocks: prebuilt requests over kept connections, one at a time on each. */
import { NO_REPLY, type Outcome } from "./figures.ts";
import { Arrivals, type Phase } from "./phase.ts";
import { compareEmbedding, type PhotoRequest } from "./photo_folder.ts";
import { type Reply, ReplyReader } from "./reply_reader.ts";
import type { Sockets } from "./sockets.ts";

/** How to load. */
export interface LoadOptions {
  readonly sockets: Sockets;
  readonly photos: readonly PhotoRequest[];
  readonly phases: readonly Phase[];
  readonly connectionsMax: number;
  /** What a request gets, from when it was due; then its connection is closed. */
  readonly timeoutMs: number;
  /**
   * Replies behind which a client opens another connection; none unless given. How few kept ones are dealt out among
   * isolates is chance, by which a load is a tenth faster or slower.
   */
  readonly repliesPerConnection?: number | undefined;
  /** Called at the beginning, and at the end of each phase. */
  readonly onPhase?: () => void;
}

/** What came of it. */
export interface LoadRecord {
  readonly startMs: number;
  readonly outcomes: readonly Outcome[];
  /** Embeddings that differ in bits only, and those that are others. */
  readonly near: number;
  readonly wrong: number;
  /** The latest that a request was sent behind its time, in milliseconds. */
  readonly lateMsMax: number;
  readonly connectionsOpened: number;
}

interface Connection {
  readonly descriptor: number;
  readonly reader: ReplyReader;
  isConnected: boolean;
  replies: number;
  request: { readonly photo: PhotoRequest; readonly dueMs: number; sentBytes: number } | undefined;
}

/** A client whose request failed waits so long, as a loop of failures would only heat the machine. */
const FAILURE_PAUSE_MS = 10;
/** Between looks for requests that take too long. */
const SWEEP_MS = 100;

/** Runs the phases one after another and waits for what is still awaited then. */
export function runLoad(options: LoadOptions): LoadRecord {
  return new LoadRun(options).run();
}

class LoadRun {
  readonly #options: LoadOptions;
  readonly #connections = new Map<number, Connection>();
  readonly #idle: Connection[] = [];
  readonly #outcomes: Outcome[] = [];
  readonly #buffer = new Uint8Array(64 * 1024);
  #busy = 0;
  #sent = 0;
  #near = 0;
  #wrong = 0;
  #lateMsMax = 0;
  #opened = 0;
  #sweepMs = 0;
  /** When clients of a closed loop that failed go on. */
  #pauses: number[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  run(): LoadRecord {
    const startMs = performance.now();
    let phaseMs = startMs;
    this.#options.onPhase?.();
    for (const phase of this.#options.phases) {
      const endMs = phaseMs + phase.seconds * 1000;
      if (phase.kind === "open") {
        this.#openLoop(new Arrivals(phaseMs, endMs, phase.perSecond), endMs);
      } else this.#closedLoop(phase.clients, endMs);
      phaseMs = endMs;
      this.#options.onPhase?.();
    }
    while (this.#busy > 0) this.#turn(Infinity);
    for (const { descriptor } of this.#connections.values()) {
      this.#options.sockets.close(descriptor);
    }
    return {
      startMs,
      outcomes: this.#outcomes,
      near: this.#near,
      wrong: this.#wrong,
      lateMsMax: this.#lateMsMax,
      connectionsOpened: this.#opened,
    };
  }

  #openLoop(arrivals: Arrivals, endMs: number): void {
    for (let nowMs; (nowMs = performance.now()) < endMs;) {
      for (let dueMs; (dueMs = arrivals.take(nowMs)) !== undefined;) this.#send(dueMs);
      this.#turn(Math.min(arrivals.nextMs, endMs));
    }
    for (let dueMs; (dueMs = arrivals.take(endMs)) !== undefined;) this.#send(dueMs);
  }

  #closedLoop(clients: number, endMs: number): void {
    this.#pauses = [];
    for (let nowMs; (nowMs = performance.now()) < endMs;) {
      this.#pauses = this.#pauses.filter((untilMs) => untilMs > nowMs);
      for (let free = clients - this.#busy - this.#pauses.length; free > 0; free--) {
        // Not the time by now, which may be beyond the end: the request would be of no phase.
        this.#send(nowMs);
      }
      this.#turn(Math.min(endMs, ...this.#pauses));
    }
  }

  /** Waits for events until a time, one turn. */
  #turn(untilMs: number): void {
    const nowMs = performance.now();
    if (nowMs >= this.#sweepMs) this.#sweep(nowMs);
    const waitMs = Math.min(Math.max(0, Math.ceil(untilMs - nowMs)), SWEEP_MS);
    for (const { descriptor, isReadable, isWritable } of this.#options.sockets.wait(waitMs)) {
      const connection = this.#connections.get(descriptor);
      if (connection === undefined) continue;
      if (isReadable) this.#receive(connection);
      else if (isWritable) this.#proceed(connection);
    }
  }

  #send(dueMs: number): void {
    const { photos } = this.#options;
    const photo = photos[this.#sent++ % photos.length] as PhotoRequest;
    // One that was closed just now takes nothing, and the next is tried.
    for (let kept; (kept = this.#idle.pop()) !== undefined;) {
      if (this.#begin(kept, photo, dueMs)) return;
    }
    const connection = this.#connect();
    if (connection === "full" || connection === "refused") {
      const code = connection === "full" ? NO_REPLY.notSent : NO_REPLY.refused;
      return this.#note({ dueMs, doneMs: performance.now(), code });
    }
    this.#begin(connection, photo, dueMs);
  }

  #begin(connection: Connection, photo: PhotoRequest, dueMs: number): boolean {
    connection.request = { photo, dueMs, sentBytes: 0 };
    if (connection.isConnected) {
      this.#proceed(connection);
      if (connection.request.sentBytes === 0) {
        connection.request = undefined;
        this.#drop(connection);
        return false;
      }
    }
    this.#lateMsMax = Math.max(this.#lateMsMax, performance.now() - dueMs);
    this.#busy++;
    return true;
  }

  #connect(): Connection | "full" | "refused" {
    const { sockets, connectionsMax } = this.#options;
    if (this.#connections.size >= connectionsMax) return "full";
    const descriptor = sockets.open();
    if (descriptor === undefined) return "refused";
    this.#opened++;
    const reader = new ReplyReader();
    const isNew = { isConnected: false, replies: 0, request: undefined };
    const connection: Connection = { descriptor, reader, ...isNew };
    this.#connections.set(descriptor, connection);
    return connection;
  }

  /** Sends what the kernel takes. */
  #proceed(connection: Connection): void {
    const { sockets } = this.#options;
    const { descriptor, request } = connection;
    if (request === undefined) return;
    const { bytes } = request.photo;
    const rest = request.sentBytes === 0 ? bytes : bytes.subarray(request.sentBytes);
    const wasWatched = !connection.isConnected || request.sentBytes > 0;
    connection.isConnected = true;
    // What broke is read as an error.
    request.sentBytes += Math.max(0, sockets.send(descriptor, rest));
    const isWhole = request.sentBytes === bytes.length;
    if (wasWatched === isWhole) sockets.watch(descriptor, isWhole ? "read" : "both");
  }

  #receive(connection: Connection): void {
    const count = this.#options.sockets.receive(connection.descriptor, this.#buffer);
    if (count <= 0) return this.#drop(connection);
    let reply: Reply | undefined;
    try {
      reply = connection.reader.take(this.#buffer.subarray(0, count));
    } catch {
      return this.#drop(connection);
    }
    if (reply !== undefined) this.#answered(connection, reply);
  }

  #answered(connection: Connection, { status, isLast, body }: Reply): void {
    const { request } = connection;
    // Nobody asked, such as a 408 for an idle connection.
    if (request === undefined) return this.#drop(connection);
    const { photo, dueMs, sentBytes } = request;
    if (status === 200 && photo.expected !== undefined) {
      const match = compareEmbedding(body, photo.expected);
      if (match === "near") this.#near++;
      if (match === "wrong") this.#wrong++;
    }
    connection.replies++;
    connection.request = undefined;
    this.#busy--;
    this.#note({ dueMs, doneMs: performance.now(), code: codeOf(status, body) });
    const { repliesPerConnection = Infinity } = this.#options;
    const isOver = isLast || connection.replies >= repliesPerConnection;
    if (isOver || sentBytes < photo.bytes.length) this.#drop(connection);
    else this.#idle.push(connection);
  }

  /** A connection ended, or is given up. */
  #drop(connection: Connection, code: string = endCode(connection)): void {
    const { descriptor, request } = connection;
    this.#options.sockets.close(descriptor);
    this.#connections.delete(descriptor);
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
    if (request === undefined) return;
    this.#busy--;
    this.#note({ dueMs: request.dueMs, doneMs: performance.now(), code });
  }

  #note(outcome: Outcome): void {
    this.#outcomes.push(outcome);
    if (outcome.code !== "200") this.#pauses.push(outcome.doneMs + FAILURE_PAUSE_MS);
  }

  #sweep(nowMs: number): void {
    this.#sweepMs = nowMs + SWEEP_MS;
    for (const connection of this.#connections.values()) {
      const { request } = connection;
      if (request === undefined || nowMs - request.dueMs < this.#options.timeoutMs) continue;
      this.#drop(connection, connection.isConnected ? NO_REPLY.unanswered : NO_REPLY.refused);
    }
  }
}

/** What an end means for the request that a connection had. */
function endCode({ isConnected, replies, reader, request }: Connection): string {
  if (!isConnected || request?.sentBytes === 0) return NO_REPLY.refused;
  return replies || reader.isInside ? NO_REPLY.lost : NO_REPLY.unaccepted;
}

const decoder = new TextDecoder();

function codeOf(status: number, body: Uint8Array): string {
  if (status === 200) return "200";
  const code = /"code": ?"(\w+)"/.exec(decoder.decode(body))?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}
