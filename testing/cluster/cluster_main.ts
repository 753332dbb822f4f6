// deno-lint-ignore-file no-console
/** `deno task cluster`: a real Kubernetes of one node on a bare machine, and what deploy/kubernetes does on it. */
import { resolve } from "node:path";
import { oneOf, runProgram, UsageError } from "../../command/program.ts";
import type { Check } from "./check.ts";
import { CHECKS, chooseChecks } from "./checks.ts";
import { Cluster } from "./cluster.ts";
import { formatTable, type Row } from "./finding.ts";
import { buildImages } from "./images.ts";
import { assertFit, Machine, MachineError } from "./machine.ts";

const ACTIONS = ["build", "up", "check", "down", "all"] as const;

const PROGRAM = {
  help: `Usage: deno task cluster [build|up|check|down|all] [--only CHECK]... [--keep]

A real Kubernetes of one node, with containerd, metrics-server and three fake nodes of four GPUs, on a machine without
Docker, and what deploy/kubernetes does on it. Needs root on Debian 12, Linux x86-64, Go 1.26 and Python 3.11.

  build  builds programs from Go modules, and images of this checkout: a quarter of an hour on two cores, later a minute
  up     brings the cluster up, in namespaces of its own: half a minute
  check  checks deploy/kubernetes on it, and prints a table
  down   ends the cluster; what was built stays
  all    all of these, in this order (default)

Checks, of which --only makes some; it may be given more than once:

${CHECKS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join("\n")}

  --only CHECK  makes only this check
  --keep        leaves the cluster up after the checks
  --help        print this text and exit

CLUSTER_HOME is the folder for all of it (default ~/.cache/cluster): 12 GB.
Exit codes: 0 everything holds; 1 something does not; 64 for bad arguments; 69 if this machine cannot have a cluster.`,
  options: {
    only: { type: "string", multiple: true, default: [] as string[] },
    keep: { type: "boolean", default: false },
  },
  allowPositionals: true,
} as const;

/** sysexits.h: a service is unavailable. */
const EXIT_UNAVAILABLE = 69;

const say = (text: string) => console.log(`--- ${text}`);

/** Makes checks, one after the other; every finding. One that throws is a finding, and the others come all the same. */
async function makeChecks(cluster: Cluster, checks: readonly Check[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, about, run } of checks) {
    say(`${name}: ${about}`);
    const find = (finding: Omit<Row, "check">) => {
      rows.push({ check: name, ...finding });
      console.log(formatTable(rows.slice(-1)).split("\n").at(-1));
    };
    try {
      await run({ cluster, find, say });
    } catch (error) {
      find({ what: "the check comes to its end", measured: String(error), holds: false });
    }
  }
  return rows;
}

/** @returns whether everything holds. */
async function check(machine: Machine, checks: readonly Check[]): Promise<boolean> {
  const rows = await makeChecks(new Cluster(machine), checks);
  const failed = rows.filter(({ holds }) => !holds).length;
  console.log(`\n${formatTable(rows)}\n\ncluster: ${rows.length} findings, ${failed} failed`);
  return failed === 0;
}

async function build(machine: Machine): Promise<void> {
  await machine.script("build");
  const registry = Deno.env.get("NPM_CONFIG_REGISTRY");
  const args = registry === undefined ? {} : { NPM_CONFIG_REGISTRY: registry };
  await buildImages({ home: machine.home, args, say });
}

async function main(
  machine: Machine,
  action: typeof ACTIONS[number],
  { only, keep }: { readonly only: readonly string[]; readonly keep: boolean },
): Promise<void> {
  const checks = chooseChecks(only);
  if (action === "down") return await machine.script("down");
  await assertFit();
  // kustomize is in kubectl.
  Deno.env.set("PATH", `${machine.home}/bin:${Deno.env.get("PATH") ?? ""}`);
  if (action === "build" || action === "all") await build(machine);
  try {
    if (action === "up" || action === "all") await machine.script("up");
    if (action === "check" || action === "all") {
      if (!await check(machine, checks)) Deno.exitCode = 1;
    }
  } finally {
    if (action === "all" && !keep) await machine.script("down");
  }
}

if (import.meta.main) {
  await runProgram(PROGRAM, async ({ values, positionals: [action = "all", ...rest] }) => {
    if (rest.length > 0) throw new UsageError(`ACTION must be one: also given is ${rest[0]}`);
    const home = Deno.env.get("CLUSTER_HOME") ?? `${Deno.env.get("HOME")}/.cache/cluster`;
    try {
      await main(new Machine(resolve(home)), oneOf("ACTION", action, ACTIONS), values);
    } catch (error) {
      if (!(error instanceof MachineError)) throw error;
      console.error(error.message);
      Deno.exitCode = EXIT_UNAVAILABLE;
    }
  });
}
