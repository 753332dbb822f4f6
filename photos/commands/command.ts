/** What every command of `deno task photos` has. */
import { join, resolve } from "node:path";
import { UsageError } from "../../command/program.ts";
import type { SourceOptions } from "../embed/source.ts";
import type { ExportFormat } from "../export/export_library.ts";
import type { PairMethod } from "../groups/near_pairs.ts";
import { Library, LIBRARY_FOLDER } from "../library/library.ts";
import type { ProgressLine } from "../../command/terminal.ts";

/** What was typed, once it is understood. */
export interface CommandOptions {
  /** Absolute folders or files. */
  readonly folders: readonly string[];
  /** What was typed behind the command. */
  readonly operands: readonly string[];
  /** Folder of the library, absolute. */
  readonly library: string;
  readonly source: SourceOptions;
  readonly threshold: number | undefined;
  /** Results that are printed at most. */
  readonly limit: number | undefined;
  /** Where an export goes, absolute. */
  readonly out: string | undefined;
  readonly format: ExportFormat;
  /** How near pairs are found; as suits their number unless given. */
  readonly pairMethod: PairMethod | undefined;
  readonly concurrency: number | undefined;
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  readonly isJson: boolean;
  readonly retriesRefused: boolean;
  readonly takesPreviews: boolean;
  readonly allowsMixed: boolean;
  readonly isNewModel: boolean;
  /** Whether `apply` moves files, where it only tells otherwise. */
  readonly isYes: boolean;
  /** Of the review page; 0 for any that is free. */
  readonly port: number;
  /** Whether the review page is opened in a browser. */
  readonly opens: boolean;
  /** Whether `all` ends behind the groups. */
  readonly hasNoPage: boolean;
  readonly line: ProgressLine;
  readonly signal: AbortSignal;
}

/** Does a command; its exit code. */
export type Command = (options: CommandOptions) => Promise<number>;

/** Prints a result. */
export function print(line: string): void {
  // deno-lint-ignore no-console
  console.log(line);
}

/** The library of the first folder, or where told. */
export function libraryFolder(typed: string | undefined, folders: readonly string[]): string {
  if (typed !== undefined && typed !== "") return resolve(typed);
  const [first] = folders;
  if (first === undefined) throw new UsageError("A folder of photos is needed");
  return join(first, LIBRARY_FOLDER);
}

/** Opens the library of a command. @throws {Error} where there is none yet. */
export function openExisting({ library }: CommandOptions): Library {
  try {
    Deno.statSync(library);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`There is no library in ${library} yet: scan the photos first`);
  }
  return Library.open(library);
}
