/** `photos trash`: what earlier runs of `apply` moved. */
import { listRuns, readManifest } from "../trash/manifest.ts";
import { stillTrashed } from "../trash/undo.ts";
import { type CommandOptions, print } from "./command.ts";
import { counted, megabytes } from "../../command/terminal.ts";

/** Prints a line a run. */
export async function trashCommand({ library, isJson }: CommandOptions): Promise<number> {
  const runs = await listRuns(library);
  for (const run of runs) {
    const all = (await readManifest(run)).length;
    const left = await stillTrashed(run);
    const bytes = left.reduce((sum, { bytes }) => sum + bytes, 0);
    print(
      isJson
        ? JSON.stringify({ run: run.id, moved: all, in_trash: left.length, bytes })
        : `${run.id}  ${counted(all, "photo")} moved, ${left.length} in the trash, ${
          megabytes(bytes)
        }`,
    );
  }
  if (runs.length === 0 && !isJson) print("The trash is empty");
  return 0;
}
