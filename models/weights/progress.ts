/** How far a download has come, for a person or a log. */

/** Where progress is shown. */
export interface ProgressOptions {
  /** What is being downloaded. */
  readonly label: string;
  /** Writes text as it is. */
  readonly write: (text: string) => void;
  /** Whether the text goes to a terminal, where one line is written over and over. */
  readonly isTerminal: boolean;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** Between two lines: enough for an eye, and little enough for a log. */
const TERMINAL_INTERVAL_MS = 200;
const LOG_INTERVAL_MS = 5000;

/** Moves the cursor to the line's start and deletes the line. */
const ERASE_LINE = "\r\x1b[K";

/** Shows percentage, speed and time left, the latter by the mean speed since the start. */
export class Progress {
  readonly #options: ProgressOptions;
  #first: { readonly bytes: number; readonly ms: number } | undefined;
  #shownMs = -Infinity;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Shows the state, unless it was shown a moment ago; the end is always shown. */
  update(bytes: number, total: number | undefined): void {
    const { now, isTerminal, write } = this.#options;
    const ms = now();
    this.#first ??= { bytes, ms };
    const isEnd = bytes === total;
    const interval = isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    if (!isEnd && ms - this.#shownMs < interval) return;
    this.#shownMs = ms;
    const line = this.#describe({ bytes, total, ms });
    write(isTerminal ? `${ERASE_LINE}${line}${isEnd ? "\n" : ""}` : `${line}\n`);
  }

  /** Writes a line of other text between those of the progress. */
  note(text: string): void {
    this.#options.write(`${this.#options.isTerminal ? ERASE_LINE : ""}${text}\n`);
  }

  #describe(
    { bytes, total, ms }: {
      readonly bytes: number;
      readonly total: number | undefined;
      readonly ms: number;
    },
  ): string {
    const start = this.#first ?? { bytes, ms };
    const parts = [this.#options.label];
    if (total === undefined) parts.push(megabytes(bytes));
    else {
      parts.push(
        `${Math.floor(100 * bytes / total)} %`,
        `${megabytes(bytes)} of ${megabytes(total)}`,
      );
    }
    const bytesPerMs = (bytes - start.bytes) / (ms - start.ms);
    if (Number.isFinite(bytesPerMs) && bytesPerMs > 0) {
      parts.push(`${(bytesPerMs / 1000).toFixed(1)} MB/s`);
      if (total !== undefined) parts.push(`${duration((total - bytes) / bytesPerMs)} left`);
    }
    return parts.join("  ");
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
