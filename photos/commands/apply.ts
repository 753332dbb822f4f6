/** `photos apply`: moves photos that are marked trash to the library's trash. */
import { applyPlan } from "../trash/apply.ts";
import { planTrash, type TrashPlan } from "../trash/plan.ts";
import { type CommandOptions, openExisting, print } from "./command.ts";
import { counted, megabytes, printable } from "../../command/terminal.ts";

/** Tells what would move; moves it with `--yes`. */
export async function applyCommand(options: CommandOptions): Promise<number> {
  using library = openExisting(options);
  const { line, signal, isJson, isYes } = options;
  using _lock = isYes ? library.lock("photos apply") : undefined;
  line.show(() => "Reading what is marked");
  const plan = await planTrash(library, signal);
  line.clear();
  sayLeft(plan, options);
  if (!isYes) {
    printPlan(plan, isJson);
    return plan.refused.length === 0 ? 0 : 1;
  }
  const applied = await applyPlan(library, plan, {
    folder: options.library,
    signal,
    onProgress: (moved) => line.show(() => `Moved ${moved} of ${plan.moves.length}`),
  });
  line.clear();
  const { run, moved, bytes, failed } = applied;
  for (const { path, reason } of failed) line.say(`${printable(path)} stays: ${reason}`);
  if (isJson) {
    const refused = [...plan.refused, ...failed];
    print(JSON.stringify({ run: run?.id ?? null, moved, bytes, refused, gone: plan.gone }));
  } else if (run === undefined) print("Nothing to move");
  else {
    print(`Moved ${counted(moved, "photo")}, ${megabytes(bytes)}, to ${printable(run.folder)}`);
    print(`They come back by: photos undo, with the same folder and ${run.id}`);
  }
  signal.throwIfAborted();
  return failed.length + plan.refused.length === 0 ? 0 : 1;
}

function sayLeft({ refused, gone }: TrashPlan, { line, isJson }: CommandOptions): void {
  if (isJson) return;
  for (const { path, reason } of refused) line.say(`${printable(path)} stays: ${reason}`);
  for (const path of gone) line.say(`${printable(path)} is not there any more`);
}

function printPlan({ moves, refused, gone }: TrashPlan, isJson: boolean): void {
  const bytes = moves.reduce((sum, { bytes }) => sum + bytes, 0);
  if (isJson) {
    const paths = moves.map(({ from }) => from);
    print(JSON.stringify({ would_move: paths, bytes, refused, gone }));
    return;
  }
  for (const { path, bytes } of moves) print(`${printable(path)}  ${megabytes(bytes)}`);
  print(
    moves.length === 0
      ? "Nothing to move"
      : `Would move ${counted(moves.length, "photo")}, ${
        megabytes(bytes)
      }, to the trash; --yes does it`,
  );
}
