/** `photos undo`: brings a run of `apply` back. */
import { UsageError } from "../../command/program.ts";
import { listRuns, type TrashRun } from "../trash/manifest.ts";
import { stillTrashed, undoRun } from "../trash/undo.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, printable } from "../../command/terminal.ts";

/** Brings back the run that was named, or the last one that has files in the trash. */
export async function undoCommand(options: CommandOptions): Promise<number> {
  const { operands: [, id], line, signal, isJson } = options;
  using library = openExisting(options);
  using _lock = library.lock("photos undo");
  const runs = await listRuns(options.library);
  const run = id === undefined ? await lastRun(runs) : runs.find((run) => run.id === id);
  if (run === undefined) {
    if (id !== undefined) throw new UsageError(`There is no run ${printable(id)} in the trash`);
    print(
      isJson ? JSON.stringify({ run: null, restored: 0, failed: [] }) : "Nothing to bring back",
    );
    return 0;
  }
  const { restored, inPlace, failed } = await undoRun(library, run, { signal });
  for (const { path, reason } of failed) {
    if (!isJson) line.say(`${printable(path)} stays away: ${reason}`);
  }
  print(
    isJson
      ? JSON.stringify({ run: run.id, restored, in_place: inPlace, failed })
      : `Brought back ${counted(restored, "photo")} of run ${run.id}` +
        (inPlace === 0 ? "" : `; ${inPlace} were in their places`),
  );
  signal.throwIfAborted();
  return failed.length === 0 ? 0 : 1;
}

async function lastRun(runs: readonly TrashRun[]): Promise<TrashRun | undefined> {
  for (const run of runs.toReversed()) {
    if ((await stillTrashed(run)).length > 0) return run;
  }
  return undefined;
}
