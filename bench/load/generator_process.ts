/** The load generator as the benchmark uses it: a process of its own. */
import { CommandChild } from "../processes/child.ts";
import type { LoadAnswers, LoadCommand, LoadJob, LoadResult, PreparedPhotos } from "./job.ts";

/** A running generator. */
export class GeneratorProcess implements AsyncDisposable {
  readonly #child = new CommandChild({
    script: "bench/load/main.ts",
    args: ["--serve"],
    permissions: ["--allow-net", "--allow-read=.", "--allow-env", "--allow-ffi=./node_modules"],
  });

  get pid(): number {
    return this.#child.pid;
  }

  /** Makes the photos, opens connections, warms up. */
  prepare(job: LoadJob): Promise<PreparedPhotos> {
    return this.#ask<"prepare">({ command: "prepare", job });
  }

  /** Runs what was prepared. */
  run(): Promise<LoadResult> {
    return this.#ask<"run">({ command: "run" });
  }

  /** Embeddings of the first photos. */
  async embed(photos: number): Promise<Float32Array[]> {
    const { embeddings } = await this.#ask<"embed">({ command: "embed", photos });
    return embeddings.map((row) => Float32Array.from(row));
  }

  /** Closes the connections. */
  async finish(): Promise<void> {
    await this.#ask({ command: "finish" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]();
  }

  #ask<Name extends LoadCommand["command"]>(
    command: LoadCommand & { readonly command: Name },
  ): Promise<LoadAnswers[Name]> {
    return this.#child.ask(command);
  }
}
