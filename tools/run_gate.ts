// deno-lint-ignore-file no-console
/**
 * The gate, behind `deno task ok`: every check as a task of its own, in order, two at a time.
 *
 * `--keep-going` runs the rest after a failure; `--skip=test,lint` leaves steps out. Exits 1 if a step failed, 64 if
 * the arguments are wrong.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EXIT_USAGE } from "../command/program.ts";

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

/** What the command line asks for. */
export interface GateArguments {
  readonly steps: readonly GateStep[];
  readonly keepGoing: boolean;
}

/**
 * Reads the command line.
 *
 * @throws {TypeError} when an option or a step to skip is unknown.
 */
export function parseGateArguments(args: readonly string[]): GateArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      "keep-going": { type: "boolean", default: false },
      skip: { type: "string", default: "" },
    },
  });
  const skip = values.skip.split(",").filter((task) => task !== "");
  const tasks = GATE_STEPS.map((step) => step.task);
  const unknown = skip.find((task) => !tasks.includes(task));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot skip ${unknown}: steps are ${tasks.join(", ")}`,
    );
  }
  return {
    steps: GATE_STEPS.filter((step) => !skip.includes(step.task)),
    keepGoing: values["keep-going"],
  };
}

async function main(args: readonly string[]): Promise<number> {
  let parsed: GateArguments;
  try {
    parsed = parseGateArguments(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return EXIT_USAGE;
  }
  const results = await runGate(parsed.steps, {
    run: runTask,
    print: console.log,
    now: () => performance.now(),
    parallelMax: 2,
    keepGoing: parsed.keepGoing,
  });
  return results.every((result) => result.status === "ok") ? 0 : 1;
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
