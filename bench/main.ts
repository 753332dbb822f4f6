// deno-lint-ignore-file no-console
/** `deno task bench`: see `options.ts` for what it can do and README.md here for how it does it. */
import { runProgram } from "../command/program.ts";
import { failedRequests } from "./load/job.ts";
import { BENCH_PROGRAM, type BenchOptions, toBenchOptions } from "./options.ts";
import { problemsOf } from "./report/checks.ts";
import { consoleSummary } from "./report/console_summary.ts";
import { writeReport } from "./report/result_file.ts";
import { runBenchmark } from "./run.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
const EXIT_STOPPED = 130;

/** Runs, writes the result, and tells the exit code. */
async function run(options: BenchOptions): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => {
    // A second Ctrl-C means now.
    if (stop.signal.aborted) Deno.exit(EXIT_STOPPED);
    console.log("\nstopping after this cell; what is finished is kept");
    stop.abort();
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  const result = await runBenchmark({
    options,
    args: Deno.args,
    apiKey: Deno.env.get("BENCH_API_KEY"),
    signal: stop.signal,
    print: (line) => console.log(line),
  });
  for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
  console.log(`\n${consoleSummary(result)}\n`);
  for (const file of await writeReport(result)) console.log(`written: ${file}`);
  if (!result.isComplete) return EXIT_STOPPED;
  const hasErrors = result.cells.some((cell) => failedRequests(cell) > 0);
  return hasErrors || problemsOf(result).length > 0 ? 1 : 0;
}

if (import.meta.main) {
  await runProgram(BENCH_PROGRAM, async (parsed) => {
    Deno.exitCode = await run(toBenchOptions(parsed));
  });
}
