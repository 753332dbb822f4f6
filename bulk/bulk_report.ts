// deno-lint-ignore-file no-console
/** What a run says: a line in a terminal, and one a shard; or lines of JSON. */
import { counted, type ProgressLine, timeLeft } from "../command/terminal.ts";
import type { ShardProgress } from "./embed_shard.ts";
import type { RunReport } from "./run_shards.ts";
import type { Shard } from "./shard.ts";
import type { ShardFacts } from "./shard_facts.ts";

/** Of lines within a shard, where there is no terminal. */
const LINE_EVERY_MS = 10_000;

/** How it is said. */
export interface BulkReportOptions {
  readonly isJson: boolean;
  readonly line: ProgressLine;
  /** Shards of this run. */
  readonly shards: number;
  /** Milliseconds of a clock. */
  readonly now?: () => number;
  /** Where results go; standard output unless given. */
  readonly print?: (text: string) => void;
}

/** Tells people, or programs, how far a run is. */
export class BulkReport implements RunReport {
  readonly #options: BulkReportOptions;
  readonly #now: () => number;
  readonly #print: (text: string) => void;
  #shard = "";
  #number = 0;
  #startedMs = 0;
  #toldMs = 0;

  constructor(options: BulkReportOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#print = options.print ?? ((text) => console.log(text));
  }

  started({ name }: Shard): void {
    [this.#shard, this.#startedMs, this.#toldMs] = [name, this.#now(), this.#now()];
    this.#number++;
  }

  progress({ done, failed, count, concurrency, retrying }: ShardProgress): void {
    const elapsedMs = this.#now() - this.#startedMs;
    const all = done + failed;
    const perSecond = Math.round(all / elapsedMs * 1000);
    if (this.#options.isJson) {
      if (!this.#isTime()) return;
      const left = count === undefined || all === 0 ? {} : {
        seconds_left: Math.round((count - all) * elapsedMs / all / 1000),
      };
      return this.#event("progress", {
        ...{ photos: all, failed, count, per_second: perSecond, ...left, concurrency, retrying },
      });
    }
    if (!this.#options.line.isShown) {
      // Whoever reads a log must not take waiting for hanging.
      if (retrying !== undefined && this.#isTime()) {
        this.#options.line.say(`${this.#title}: waits, as ${retrying}`);
      }
      return;
    }
    this.#options.line.show(() => {
      const known = count === undefined ? counted(all, "photo") : `${all} of ${count}`;
      const left = count === undefined ? "" : `, ${timeLeft(all, count, elapsedMs)}`;
      const why = retrying === undefined ? "" : `; ${retrying}`;
      return `${this.#title}: ${known}, ${failed} failed, ${perSecond}/s${left}${why}`;
    });
  }

  finished({ photos, failed }: ShardFacts, seconds: number | undefined): void {
    const perSecond = seconds === undefined ? undefined : Math.round(photos / seconds);
    if (this.#options.isJson) {
      const event = seconds === undefined ? "skipped" : "finished";
      return this.#event(event, { photos, failed, seconds, per_second: perSecond });
    }
    this.#options.line.clear();
    const how = seconds === undefined
      ? "finished before"
      : `${seconds.toFixed(1)} s, ${perSecond}/s`;
    this.#print(`${this.#title}: ${counted(photos, "photo")}, ${failed} failed, ${how}`);
  }

  #isTime(): boolean {
    if (this.#now() - this.#toldMs < LINE_EVERY_MS) return false;
    this.#toldMs = this.#now();
    return true;
  }

  get #title(): string {
    return `shard ${this.#shard} (${this.#number} of ${this.#options.shards})`;
  }

  #event(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#print(JSON.stringify({ event, shard: this.#shard, ...fields }));
  }
}
