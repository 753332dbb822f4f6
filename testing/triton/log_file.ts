/**
 * A log that a child process writes into a file. Reading it from a pipe would keep an operation pending all the time,
 * which Deno's test runner takes for a leak of whatever test a line arrives in.
 */

/** Between looks at the file, in milliseconds. */
const POLL_MS = 10;

/** One log file; several processes may write to it one after the other. */
export class LogFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    Deno.writeTextFileSync(path, "", { append: true });
  }

  /** Every line so far. */
  lines(): string[] {
    return Deno.readTextFileSync(this.path).split("\n").slice(0, -1);
  }

  /**
   * Hands over lines as they are written, from now on until `isOver` says so of a line, or the signal aborts; what
   * was written until then is handed over still.
   */
  async follow(isOver: (line: string) => boolean, signal: AbortSignal): Promise<void> {
    using file = Deno.openSync(this.path);
    file.seekSync(0, Deno.SeekMode.End);
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    let unfinished = "";
    for (;;) {
      const isLast = signal.aborted;
      for (let count; (count = file.readSync(buffer)) !== null;) {
        unfinished += decoder.decode(buffer.subarray(0, count), { stream: true });
      }
      const lines = unfinished.split("\n");
      unfinished = lines.pop() ?? "";
      for (const line of lines) {
        if (isOver(line)) return;
      }
      if (isLast) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
