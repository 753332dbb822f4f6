// deno-lint-ignore-file no-console
/** `deno task bench`: see `options.ts` for what it can do and README.md here for how it does it. */
import { EXIT_USAGE } from "../command/program.ts";
import { runBenchmark } from "./run.ts";
import { HELP, parseBenchArguments } from "./options.ts";
import { problemsOf } from "./report/checks.ts";
import { writeReport } from "./report/files.ts";
import { consoleSummary } from "./report/console_summary.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

async function main(args: string[]): Promise<number> {
  let options;
  try {
    options = parseBenchArguments(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return EXIT_USAGE;
  }
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  const stop = new AbortController();
  const onSignal = () => {
    // A second Ctrl-C means now.
    if (stop.signal.aborted) Deno.exit(130);
    console.log("\nstopping after this cell; what is finished is kept");
    stop.abort();
  };
  for (const name of SIGNALS) Deno.addSignalListener(name, onSignal);
  const apiKey = Deno.env.get("BENCH_API_KEY");
  const print = (line: string) => console.log(line);
  const result = await runBenchmark({ options, args, apiKey, signal: stop.signal, print });
  for (const name of SIGNALS) Deno.removeSignalListener(name, onSignal);
  console.log(`\n${consoleSummary(result)}\n`);
  for (const file of await writeReport(result)) console.log(`written: ${file}`);
  if (!result.isComplete) return 130;
  const hasErrors = result.cells.some(({ errors }) => Object.keys(errors).length > 0);
  return hasErrors || problemsOf(result).length > 0 ? 1 : 0;
}

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    console.error(error);
    Deno.exit(1);
  }
}
