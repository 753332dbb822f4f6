// deno-lint-ignore-file no-console
/** `deno task bench:report`: writes pages of results again. */
import { type Parsed, runProgram, UsageError } from "../../command/program.ts";
import { readResult, writeReport } from "./result_file.ts";

const PROGRAM = {
  help: `Usage: deno task bench:report RESULT…

Writes the pages of results again, after a change of the report. Results are names in bench/results or paths.`,
  allowPositionals: true,
} as const;

async function run({ positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  if (positionals.length === 0) throw new UsageError("A result is needed");
  const from = Deno.env.get("INIT_CWD");
  const results = await Promise.all(positionals.map((name) => readResult(name, from)));
  for (const result of results) {
    for (const file of await writeReport(result)) console.log(`written: ${file}`);
  }
}

if (import.meta.main) await runProgram(PROGRAM, run);
