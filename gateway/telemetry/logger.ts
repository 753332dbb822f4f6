// deno-lint-ignore-file no-console
/** Lines on standard output: JSON, or text for a person at a terminal. */
import { errorChain } from "../contract/error_chain.ts";
import { logText } from "./log_text.ts";

/** Levels from chatty to grave. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A level. */
export type LogLevel = typeof LOG_LEVELS[number];

/** What is logged, and how. */
export interface LogSettings {
  readonly logLevel: LogLevel;
  /** `auto` is text where standard output is a terminal, else JSON. */
  readonly logFormat: "auto" | "json" | "text";
}

/** Fields of a line; errors are written as their message and causes. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes a line each: `time`, `level`, `message`, then the fields. */
export class Logger {
  readonly #levelMin: number;
  readonly #isText: boolean;
  readonly #write: (line: string) => void;

  /** @param write Where lines go, which is no terminal; standard output unless a test looks on. */
  constructor({ logLevel, logFormat }: LogSettings, write?: (line: string) => void) {
    this.#levelMin = LOG_LEVELS.indexOf(logLevel);
    this.#isText = logFormat === "text" ||
      (logFormat === "auto" && write === undefined && Deno.stdout.isTerminal());
    this.#write = write ?? ((line) => console.log(line));
  }

  log(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.#levelMin) return;
    const entries = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, value instanceof Error ? errorChain(value) : value]);
    const time = new Date().toISOString();
    const record = { time, level, message, ...Object.fromEntries(entries) };
    this.#write(this.#isText ? logText(record) : JSON.stringify(record));
  }
}
