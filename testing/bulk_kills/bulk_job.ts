/** Shards embedded by several workers, as an Indexed Job has them: one that ends early is started again. */
import { runKillable } from "../killable_program.ts";

/** What is embedded, and how. */
export interface BulkJobOptions {
  readonly lists: string;
  /** Of what is made of them; may be written. */
  readonly out: string;
  readonly url: string;
  readonly workers: number;
}

/** Codes behind which another attempt is made: killed, or failed for the moment. */
const RETRIED: readonly number[] = [1, 137];

/** Runs its workers. */
export class BulkJob {
  readonly #options: BulkJobOptions;
  /** What kills the workers that run now, by their index. */
  readonly #kills = new Map<number, () => void>();
  #starts = 0;
  #peakMib = 0;
  #shardSeconds = 0;

  constructor(options: BulkJobOptions) {
    this.#options = options;
  }

  /** Processes that were started. */
  get starts(): number {
    return this.#starts;
  }

  /** The largest resident set of a worker, in MiB. */
  get peakMib(): number {
    return this.#peakMib;
  }

  /** What the worker that took longest says that its shards took, without its own start. */
  get shardSeconds(): number {
    return this.#shardSeconds;
  }

  /** Runs until every shard is finished. @throws {Error} where a worker says that it never will be. */
  async run(): Promise<void> {
    await Deno.mkdir(this.#options.out, { recursive: true });
    await Promise.all(
      Array.from({ length: this.#options.workers }, (_, index) => this.#work(index)),
    );
  }

  /** Kills a worker, if one runs. */
  killOne(random: () => number): boolean {
    const kills = [...this.#kills.values()];
    const kill = kills[Math.floor(random() * kills.length)];
    kill?.();
    return kill !== undefined;
  }

  async #work(index: number): Promise<void> {
    const { lists, out, url, workers } = this.#options;
    const share = ["--completions", String(workers), "--index", String(index)];
    for (;;) {
      this.#starts++;
      const { code, out: told, err, peakMib } = await runKillable({
        ...{ program: "bulk/main.ts", set: "bulk", folder: out },
        args: [lists, "--url", url, "--out", out, "--json", ...share],
        onStart: (kill) => this.#kills.set(index, kill),
      });
      this.#kills.delete(index);
      this.#peakMib = Math.max(this.#peakMib, peakMib);
      this.#shardSeconds = Math.max(this.#shardSeconds, shardSecondsOf(told));
      if (code === 0) return;
      if (!RETRIED.includes(code)) throw new Error(`A worker ended with ${code}: ${err}`);
    }
  }
}

/** Of the lines of a worker that were written as a whole. */
function shardSecondsOf(told: string): number {
  return told.split("\n").slice(0, -1).map((line) => JSON.parse(line))
    .filter(({ event }) => event === "finished")
    .reduce((sum, { seconds }) => sum + seconds, 0);
}
