// deno-lint-ignore-file no-console
/** What a person sees while work goes on: one line, rewritten; and what a pipe sees: nothing but results. */

/** Milliseconds between two states of the line. */
const REFRESH_MS = 100;
const BYTES_MB = 1_000_000;
const BYTES_KB = 1000;

/** Says how far work is, on standard error and only in a terminal. */
export class ProgressLine implements Disposable {
  readonly #isShown: boolean;
  readonly #encoder = new TextEncoder();
  #shownMs = -Infinity;
  #width = 0;

  constructor(isQuiet: boolean) {
    this.#isShown = !isQuiet && Deno.stderr.isTerminal();
  }

  /** Whether somebody sees it. */
  get isShown(): boolean {
    return this.#isShown;
  }

  /** Shows a state, unless the last one is only just there. */
  show(text: () => string): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#shownMs < REFRESH_MS) return;
    this.#shownMs = now;
    const { columns } = consoleSize();
    const line = text().slice(0, columns - 1);
    this.#write(`\r${line.padEnd(this.#width)}`);
    this.#width = line.length;
  }

  /** Says something that stays. */
  say(sentence: string): void {
    this.clear();
    console.error(sentence);
  }

  clear(): void {
    if (this.#width > 0) this.#write(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
    this.#shownMs = -Infinity;
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #write(text: string): void {
    Deno.stderr.writeSync(this.#encoder.encode(text));
  }
}

function consoleSize(): { readonly columns: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 80 };
  }
}

/** Time left, as people say it. */
export function timeLeft(done: number, all: number, elapsedMs: number): string {
  if (done === 0) return "";
  const seconds = Math.round((elapsedMs / done) * (all - done) / 1000);
  if (seconds < 60) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`;
}

/** Bytes in megabytes, or kilobytes if they are few. */
export function megabytes(bytes: number): string {
  if (bytes < BYTES_MB) return `${Math.ceil(bytes / BYTES_KB)} kB`;
  return `${(bytes / BYTES_MB).toFixed(bytes < 10 * BYTES_MB ? 1 : 0)} MB`;
}

/** A number with its noun. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** A path without what would steer a terminal. */
export function printable(path: string): string {
  // deno-lint-ignore no-control-regex
  return path.replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}
