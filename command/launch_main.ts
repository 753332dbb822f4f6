/**
 * Runs a program of this project with a grant for each path that was typed, which Deno's permission sets cannot have.
 * See `parseLaunch()` for what it is given, and deno.json for who uses it.
 */
import { fileURLToPath } from "node:url";
import {
  absoluteArguments,
  type Launch,
  parseLaunch,
  pathGrants,
  type PermissionSet,
  type Standpoint,
} from "./path_grants.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));
/** Windows knows but the first. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs it to its end; its exit code. */
async function launch(launch: Launch, standpoint: Standpoint): Promise<number> {
  const { permissions } = JSON.parse(await Deno.readTextFile(`${standpoint.project}deno.json`));
  const set: PermissionSet = permissions[launch.set];
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt"],
      ...pathGrants(launch, set, standpoint),
      ...launch.flags,
      ...[`-P=${launch.set}`, launch.program, ...launch.args],
    ],
    cwd: standpoint.project,
  }).spawn();
  // Whoever signals this process means the program; a terminal's Ctrl-C has reached both.
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => pass(child, signal));
  return (await child.status).code;
}

function pass(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended, and so will this process.
  }
}

if (import.meta.main) {
  // Deno's tasks run in the project's root, and tell so where they were started.
  const standpoint = {
    from: Deno.env.get("INIT_CWD") ?? Deno.cwd(),
    project: PROJECT,
    home: Deno.env.get("HOME"),
    env: (name: string) => Deno.env.get(name),
  };
  const launched = parseLaunch(Deno.args);
  Deno.exit(
    await launch({ ...launched, args: absoluteArguments(launched, standpoint) }, standpoint),
  );
}
