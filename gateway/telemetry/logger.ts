// deno-lint-ignore-file no-console
/** JSON lines on standard output. */
import { errorChain } from "../contract/error_chain.ts";

/** Levels from chatty to grave. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A level. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Fields of a line; errors are written as their message and causes. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON object a line: `time`, `level`, `message`, then the fields. */
export class Logger {
  readonly #levelMin: number;
  readonly #write: (line: string) => void;

  /** @param write Where lines go; standard output unless a test looks on. */
  constructor(level: LogLevel, write: (line: string) => void = (line) => console.log(line)) {
    this.#levelMin = LOG_LEVELS.indexOf(level);
    this.#write = write;
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.#levelMin) return;
    const entries = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, value instanceof Error ? errorChain(value) : value]);
    const time = new Date().toISOString();
    this.#write(JSON.stringify({ time, level, message, ...Object.fromEntries(entries) }));
  }
}
