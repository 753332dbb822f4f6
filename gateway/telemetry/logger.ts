// deno-lint-ignore-file no-console
/** JSON lines on standard output. */

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

/** `outer: inner: innermost`, with the innermost stack's first frame, which is where to look. */
function errorChain(error: Error): string {
  const messages = [error.message];
  let last: Error = error;
  while (last.cause instanceof Error) {
    last = last.cause;
    messages.push(last.message);
  }
  if (last.cause !== undefined) messages.push(String(last.cause));
  const frame = last.stack?.split("\n").find((line) => line.trimStart().startsWith("at "));
  return messages.join(": ") + (frame === undefined ? "" : ` (${frame.trim()})`);
}
