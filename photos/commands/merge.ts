/** `photos merge`: takes over vectors that other machines have made. */
import { join } from "node:path";
import { UsageError } from "../../command/program.ts";
import { DATABASE_FILE, LIBRARY_FOLDER } from "../library/library.ts";
import { mergeLibrary } from "../library/merge.ts";
import { messageOf, troubleOf } from "../library/trouble.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "../../command/terminal.ts";

/** Merges one library after the other; those that cannot be are told of, and hold up no others. */
export async function mergeCommand(options: CommandOptions): Promise<number> {
  const [, ...others] = options.folders;
  if (others.length === 0) throw new UsageError("merge needs DIR and other libraries");
  using library = openExisting(options);
  using _lock = library.lock("photos merge");
  let failed = 0;
  for (const other of others) {
    try {
      const totals = mergeLibrary(library, await databaseOf(other), options.signal);
      print(
        options.isJson
          ? JSON.stringify({ library: other, ...totals })
          : `Merged ${counted(totals.vectors, "vector")} and ${
            counted(totals.refusals, "refusal")
          } of ${printable(other)}; ${totals.known} were there`,
      );
    } catch (error) {
      options.signal.throwIfAborted();
      failed++;
      const reason = troubleOf(error) ?? messageOf(error);
      options.line.say(`Cannot merge ${printable(other)}: ${reason}`);
    }
  }
  return failed === 0 ? 0 : 1;
}

/** Of a folder of photos, of a library's folder, or of the database itself. @throws {Error} where there is none. */
async function databaseOf(path: string): Promise<string> {
  for (
    const file of [join(path, LIBRARY_FOLDER, DATABASE_FILE), join(path, DATABASE_FILE), path]
  ) {
    try {
      if ((await Deno.stat(file)).isFile) return file;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
        throw error;
      }
    }
  }
  throw new Error("there is no library in it");
}
