/** `photos export`: vectors in a file that other programs read. */
import { UsageError } from "../../command/program.ts";
import { exportLibrary } from "../export/export_library.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "../../command/terminal.ts";

/** Exports and tells what was written. */
export async function exportCommand(options: CommandOptions): Promise<number> {
  const { out, format, signal, isJson } = options;
  if (out === undefined) throw new UsageError("export needs --out");
  using library = openExisting(options);
  const { embedder, photos, files } = await exportLibrary(library, { format, out, signal });
  const { space, preprocessId, dim } = embedder;
  if (isJson) {
    print(JSON.stringify({ photos, files, space, preprocess_id: preprocessId, dim }));
  } else {
    const names = files.toReversed().map(printable).join(" and ");
    print(`Exported ${counted(photos, "photo")} with vectors of ${dim} to ${names}`);
  }
  return 0;
}
