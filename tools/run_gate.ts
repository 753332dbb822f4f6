// deno-lint-ignore-file no-console
/** The gate, behind `deno task ok`: every check as a task of its own, in order, two at a time. Exits 1 if one failed. */
import { fileURLToPath } from "node:url";
import { type Parsed, runProgram, UsageError } from "../command/program.ts";

/** One step: a task of `deno.json`, which says what it does. */
export interface GateStep {
  readonly task: string;
  /** Starts when every step before it has ended, and has the machine to itself. */
  readonly alone?: boolean;
  /** The last line of its output stands in its line: a count worth seeing. */
  readonly showLastLine?: boolean;
}

/** How a task ended, with all it wrote to standard output and error. */
export interface TaskResult {
  readonly code: number;
  readonly output: string;
}

/** A step's fate. */
export interface StepResult {
  readonly task: string;
  readonly status: "ok" | "failed" | "skipped";
}

/** What `runGate()` needs of the world. */
export interface GateOptions {
  readonly run: (task: string) => Promise<TaskResult>;
  readonly print: (text: string) => void;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Steps that run at the same time, at most. */
  readonly parallelMax: number;
  /** Go on after a failure. */
  readonly keepGoing: boolean;
}

/** The gate's steps, quick ones first. */
export const GATE_STEPS: readonly GateStep[] = [
  { task: "fmt:check" },
  { task: "lint" },
  { task: "layers" },
  { task: "unused" },
  { task: "sizes", showLastLine: true },
  { task: "links" },
  { task: "types" },
  { task: "gen:check" },
  { task: "kernel:check" },
  { task: "model:check" },
  { task: "docs:check" },
  { task: "deploy:check", showLastLine: true },
  { task: "test", alone: true, showLastLine: true },
];

/**
 * Runs the steps and prints a line for each as it ends, the output of a failed one in full, and a summary.
 *
 * After a failure no step is started any more, unless told to keep going; those running are waited for. Results
 * are in the order of the steps.
 */
export async function runGate(
  steps: readonly GateStep[],
  options: GateOptions,
): Promise<StepResult[]> {
  const startedAt = options.now();
  const results = new Map<string, StepResult>();
  const running = new Set<Promise<void>>();
  let failed = false;
  const start = (step: GateStep) => {
    const job = runStep(step, options).then((result) => {
      results.set(step.task, result);
      failed ||= result.status === "failed";
      running.delete(job);
    });
    running.add(job);
  };
  for (const step of steps) {
    const limit = step.alone ? 1 : options.parallelMax;
    while (running.size >= limit) await Promise.race(running);
    if (failed && !options.keepGoing) break;
    start(step);
    if (step.alone) await Promise.all(running);
  }
  await Promise.all(running);
  const all = steps.map(({ task }): StepResult => results.get(task) ?? { task, status: "skipped" });
  options.print(summarize(all, options.now() - startedAt));
  return all;
}

async function runStep(
  step: GateStep,
  options: GateOptions,
): Promise<StepResult> {
  const startedAt = options.now();
  const { code, output } = await options.run(step.task);
  const status = code === 0 ? "ok" : "failed";
  const seconds = formatSeconds(options.now() - startedAt).padStart(8);
  const note = step.showLastLine && code === 0 ? `  ${lastLine(output)}` : "";
  options.print(`${status.padEnd(6)} ${seconds}  ${step.task}${note}`);
  if (code !== 0) {
    options.print(
      `----- deno task ${step.task} exited with ${code} -----\n${output.trimEnd()}\n-----`,
    );
  }
  return { task: step.task, status };
}

function summarize(results: readonly StepResult[], elapsedMs: number): string {
  const count = (status: StepResult["status"]) =>
    results.filter((result) => result.status === status).length;
  const failed = results.filter((result) => result.status === "failed")
    .map((result) => result.task);
  return `gate: ${count("ok")} ok, ${failed.length} failed` +
    (failed.length > 0 ? ` (${failed.join(", ")})` : "") +
    `, ${count("skipped")} skipped in ${formatSeconds(elapsedMs)}`;
}

function formatSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function lastLine(output: string): string {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  return plain.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/** Runs a task by the Deno that runs this program, both outputs in the order they came. */
async function runTask(task: string): Promise<TaskResult> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", task],
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    for await (const text of stream.pipeThrough(decoder())) output += text;
  };
  await Promise.all([collect(child.stdout), collect(child.stderr)]);
  const { code } = await child.status;
  return { code, output };
}

/** `TextDecoderStream` takes any buffer source; its declaration does not fit a stream of `Uint8Array`. */
function decoder(): TransformStream<Uint8Array, string> {
  return new TextDecoderStream() as TransformStream<Uint8Array, string>;
}

/** The steps that are left. @throws {UsageError} when one to skip is unknown. */
export function stepsWithout(skip: string): readonly GateStep[] {
  const skipped = skip.split(",").filter((task) => task !== "");
  const tasks = GATE_STEPS.map((step) => step.task);
  const unknown = skipped.find((task) => !tasks.includes(task));
  if (unknown === undefined) return GATE_STEPS.filter((step) => !skipped.includes(step.task));
  throw new UsageError(`Cannot skip ${unknown}: steps are ${tasks.join(", ")}`);
}

const PROGRAM = {
  help: `Usage: deno task ok [options]

Runs every check, each a task of its own.

  --keep-going  run the rest after a failure
  --skip A,B    leave steps out; deno task check leaves out the tests`,
  options: {
    "keep-going": { type: "boolean", default: false },
    skip: { type: "string", default: "" },
  },
} as const;

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const results = await runGate(stepsWithout(values.skip), {
    run: runTask,
    print: console.log,
    now: () => performance.now(),
    parallelMax: 2,
    keepGoing: values["keep-going"],
  });
  Deno.exitCode = results.every((result) => result.status === "ok") ? 0 : 1;
}

if (import.meta.main) await runProgram(PROGRAM, main);
