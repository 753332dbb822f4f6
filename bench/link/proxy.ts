/** A shaped link as a TCP proxy: everything a listener takes goes to its target, through two queues they all share. */
import type { Clock } from "../../testing/timing/clock.ts";
import { type Direction, type Exchange, ExchangeTracker } from "./exchanges.ts";
import { bytesPerMs, type LinkProfile } from "./profile.ts";
import { LinkQueue } from "./queue.ts";

/** Where a listener's connections go. */
export interface LinkTarget {
  readonly host: string;
  readonly port: number;
}

/** What crossed the link since the last `reset()`. */
export interface LinkTraffic {
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly exchanges: readonly Exchange[];
}

const CHUNK_BYTES = 32 * 1024;
/** A reader that is further ahead of the line than this waits: the buffer of the slowest hop. */
const BACKLOG_MS_MAX = 100;
/** What a receiver that does not read may leave lying here. */
const PENDING_BYTES_MAX = 8 * 1024 * 1024;

/** How early to wake up at most. */
const LEAD_MS_MAX = 1;
const LEAD_GAIN = 0.1;

/** One way of one connection. */
interface Flow {
  readonly direction: Direction;
  readonly from: Deno.TcpConn;
  readonly to: Deno.TcpConn;
}

/** The link. Disposing closes its listeners; connections end with their peers. */
export class ShapedLink implements Disposable {
  readonly #profile: LinkProfile;
  readonly #clock: Clock;
  readonly #queues: Readonly<Record<Direction, LinkQueue>>;
  readonly #listeners: Deno.TcpListener[] = [];
  readonly #trackers = new Set<ExchangeTracker>();
  /** Exchanges of connections that are closed. */
  #ended: Exchange[] = [];
  #bytes: Record<Direction, number> = { up: 0, down: 0 };
  #leadMs = 0;

  constructor(profile: LinkProfile, clock: Clock) {
    const options = { bytesPerMs: bytesPerMs(profile), delayMs: profile.rttMs / 2 };
    this.#profile = profile;
    this.#clock = clock;
    this.#queues = { up: new LinkQueue(options), down: new LinkQueue(options) };
  }

  /** Listens on loopback for connections to a target; the port. */
  open(target: LinkTarget): number {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#listeners.push(listener);
    this.#accept(listener, target);
    return listener.addr.port;
  }

  /** Forgets the traffic so far. */
  reset(): void {
    this.#bytes = { up: 0, down: 0 };
    this.#takeExchanges();
  }

  /** The traffic since the last reset; its exchanges are told once. */
  traffic(): LinkTraffic {
    return {
      bytesUp: this.#bytes.up,
      bytesDown: this.#bytes.down,
      exchanges: this.#takeExchanges(),
    };
  }

  #takeExchanges(): Exchange[] {
    const open = [...this.#trackers].flatMap((tracker) => tracker.takeFinished());
    return [...this.#ended.splice(0), ...open];
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listeners) listener.close();
  }

  /** Waking up and writing take time: it is learnt, so that bytes leave on time on average. */
  #adjustLead(lateMs: number): void {
    // A machine that stood still for a moment teaches nothing.
    const step = Math.min(LEAD_MS_MAX, Math.max(-LEAD_MS_MAX, lateMs)) * LEAD_GAIN;
    this.#leadMs = Math.min(LEAD_MS_MAX, Math.max(0, this.#leadMs + step));
  }

  async #accept(listener: Deno.TcpListener, target: LinkTarget): Promise<void> {
    try {
      for await (const client of listener) void this.#connect(client, target);
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #connect(client: Deno.TcpConn, target: LinkTarget): Promise<void> {
    const openMs = this.#clock.now() + this.#profile.rttMs;
    let tracker: ExchangeTracker | undefined;
    using _client = closing(client);
    try {
      const server = await Deno.connect({ hostname: target.host, port: target.port });
      using _server = closing(server);
      client.setNoDelay(true);
      server.setNoDelay(true);
      // A connection takes a round trip to open; what the client sends meanwhile waits in the kernel.
      await this.#clock.until(openMs);
      const track = (bytes: Uint8Array) => {
        tracker ??= new ExchangeTracker(bytes);
        this.#trackers.add(tracker);
        return tracker;
      };
      await Promise.all([
        this.#pump({ direction: "up", from: client, to: server }, track),
        this.#pump({ direction: "down", from: server, to: client }, track),
      ]);
    } catch {
      // A peer that resets its connection is an everyday event; `using` ends the other side too.
    }
    if (tracker === undefined) return;
    this.#trackers.delete(tracker);
    this.#ended.push(...tracker.takeFinished());
  }

  /** Carries bytes one way until their end. */
  async #pump(flow: Flow, track: (bytes: Uint8Array) => ExchangeTracker): Promise<void> {
    const queue = this.#queues[flow.direction];
    let pendingBytes = 0;
    let written: Promise<void> = Promise.resolve();
    for (;;) {
      const ahead = queue.backlogMs(this.#clock.now()) - BACKLOG_MS_MAX;
      if (ahead > 0) await this.#clock.until(this.#clock.now() + ahead);
      if (pendingBytes > PENDING_BYTES_MAX) await written;
      const buffer = new Uint8Array(CHUNK_BYTES);
      const count = await flow.from.read(buffer);
      if (count === null) break;
      const bytes = buffer.subarray(0, count);
      const now = this.#clock.now();
      const mark = track(bytes).read(flow.direction, bytes, now);
      const dueMs = queue.arrivalMs(count, now);
      this.#bytes[flow.direction] += count;
      pendingBytes += count;
      written = written.then(async () => {
        await this.#clock.until(dueMs - this.#leadMs);
        await writeAll(flow.to, bytes);
        pendingBytes -= count;
        const writtenMs = this.#clock.now();
        this.#adjustLead(writtenMs - dueMs);
        mark(writtenMs);
      });
      // Seen by `await written` below or, if the other side fails first, by nobody.
      written.catch(() => {});
    }
    await written;
    await flow.to.closeWrite();
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let sent = 0;
  while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent));
}

function closing(connection: Deno.TcpConn): Disposable {
  return {
    [Symbol.dispose]: () => {
      try {
        connection.close();
      } catch {
        // Closed already.
      }
    },
  };
}
