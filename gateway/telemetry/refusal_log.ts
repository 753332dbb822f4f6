/** One line a second at most for what comes by the thousand: refusals of a gateway that is full, going or alone. */
import type { ErrorCode } from "../contract/catalogue.ts";
import type { Logger } from "./logger.ts";

const LINE_EVERY_MS = 1000;

interface RefusalCount {
  readonly route: string;
  readonly code: ErrorCode;
  requests: number;
  /** Of the latest one. */
  cause: unknown;
}

/** Counts refusals between lines; the metrics have every one. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #counts = new Map<string, RefusalCount>();
  #lineMs = -Infinity;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Counts a refused request; the first one after a quiet second is logged at once. */
  add(route: string, code: ErrorCode, cause?: unknown): void {
    const key = `${route} ${code}`;
    const count = this.#counts.get(key) ?? { route, code, requests: 0, cause };
    count.requests++;
    count.cause = cause;
    this.#counts.set(key, count);
    if (performance.now() - this.#lineMs >= LINE_EVERY_MS) this.flush();
  }

  /** Logs what was counted since the last line. */
  flush(): void {
    for (const count of this.#counts.values()) {
      this.#logger.log("info", "requests refused", { ...count });
    }
    this.#counts.clear();
    this.#lineMs = performance.now();
  }
}
