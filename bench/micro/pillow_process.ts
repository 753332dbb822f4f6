/** Pillow and numpy in a process of their own, for the same work on the same bytes. */
import { fileURLToPath } from "node:url";
import { CommandChild } from "../processes/child.ts";
import type { Summary } from "../timing/statistics.ts";

const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));
const SCRIPT = fileURLToPath(new URL("pillow.py", import.meta.url));

/** Milliseconds of each run, and the SHA-256 of the crop. */
export interface Times {
  readonly resize: number[];
  readonly normalize: number[];
  readonly crop: string;
}

/** What one call takes; minima are steadier than medians on a busy machine. */
export type Timing = Pick<Summary, "p50" | "min">;

/** Pixels in a file, and what to do with them. */
interface ResizeTask {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** Sides when resized, and the crop's place and size. */
  readonly box: readonly number[];
  readonly runs: number;
}

/** What the script can be asked to do. */
interface PillowCommands {
  resize(task: ResizeTask): Times;
  /** The stages that Pillow has, for some JPEG files. */
  stages(paths: readonly string[]): Record<string, Timing>;
}

/** A running Pillow with a folder for what it reads. */
export class PillowProcess extends CommandChild<PillowCommands> {
  readonly #folder: string;
  #files = 0;

  private constructor(python: string, folder: string) {
    super([python, SCRIPT]);
    this.#folder = folder;
  }

  /** Starts it; disposing removes the folder. */
  static async start(python: string): Promise<PillowProcess> {
    return new PillowProcess(python, await Deno.makeTempDir({ dir: CACHE, prefix: "pillow_" }));
  }

  /** Writes bytes into a new file; its path. */
  async write(bytes: Uint8Array): Promise<string> {
    const path = `${this.#folder}/${this.#files++}`;
    await Deno.writeFile(path, bytes);
    return path;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
