/** Looks at a gateway from outside while others load it: memory ten times a second, probes once. */
import { RawClient } from "../raw_client.ts";
import type { GatewayProcess } from "./gateway_process.ts";
import { residentMib } from "./process_figures.ts";
import type { MemoryFigures } from "./row.ts";

/** What was seen. */
export interface Watched {
  readonly rssMib: MemoryFigures;
  readonly seconds: number;
  /** The slowest answer of a probe; those without one count as `PROBE_MS_MAX`. */
  readonly probeMsMax: number;
  readonly probes: number;
  /** Probes that were not answered 200 in time. */
  readonly probesFailed: number;
}

const MEMORY_MS = 100;
const PROBE_MS = 1000;
const PROBE_PATHS = ["/livez", "/metrics"];
/** What a probe is given. */
const PROBE_MS_MAX = 5000;

/** Watches until it is stopped. */
export class Watch {
  readonly #gateway: GatewayProcess;
  readonly #startMs = performance.now();
  readonly #before: number;
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  readonly #pending = new Set<Promise<void>>();
  #max: number;
  #probeMsMax = 0;
  #probes = 0;
  #probesFailed = 0;

  constructor(gateway: GatewayProcess) {
    this.#gateway = gateway;
    this.#max = this.#before = residentMib(gateway.pid);
    this.#timers = [
      setInterval(() => {
        this.#max = Math.max(this.#max, residentMib(gateway.pid) || 0);
      }, MEMORY_MS),
      setInterval(() => this.#probe(), PROBE_MS),
    ];
  }

  /** Ends it; memory "after" is that of now. */
  async stop(): Promise<Watched> {
    for (const timer of this.#timers) clearInterval(timer);
    const seconds = (performance.now() - this.#startMs) / 1000;
    const after = residentMib(this.#gateway.pid);
    await Promise.all(this.#pending);
    // Without memory it is about to end, if it has not: how it did is soon known.
    if (Number.isNaN(after)) await this.#gateway.ended;
    return {
      rssMib: { before: this.#before, max: this.#max, after },
      seconds,
      probeMsMax: this.#probeMsMax,
      probes: this.#probes,
      probesFailed: this.#probesFailed,
    };
  }

  #probe(): void {
    for (const path of PROBE_PATHS) {
      const probe: Promise<void> = this.#ask(path).finally(() => this.#pending.delete(probe));
      this.#pending.add(probe);
    }
  }

  async #ask(path: string): Promise<void> {
    this.#probes++;
    const { status, ms } = await probe(this.#gateway.url, path, PROBE_MS_MAX);
    this.#probeMsMax = Math.max(this.#probeMsMax, ms);
    if (status !== 200) this.#probesFailed++;
  }
}

/** Asks on a connection of its own, as an orchestrator does; status 0 where nothing came in time. */
export async function probe(
  url: string,
  path: string,
  timeoutMs: number,
): Promise<{ readonly status: number; readonly ms: number }> {
  const startMs = performance.now();
  let client: RawClient | undefined;
  const timer = setTimeout(() => client?.close(), timeoutMs);
  try {
    client = await RawClient.connect(url);
    await client.send(`GET ${path} HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n\r\n`);
    const { status } = await client.reply();
    return { status, ms: performance.now() - startMs };
  } catch {
    return { status: 0, ms: timeoutMs };
  } finally {
    clearTimeout(timer);
    client?.close();
  }
}
