// deno-lint-ignore-file no-console
/** `deno task bench:report`: writes pages of results again. */
import { runProgram, UsageError } from "../../command/program.ts";
import { writeReport } from "./files.ts";
import { readResult } from "./result_file.ts";

const HELP = `Usage: deno task bench:report RESULT…

Writes the pages of results again, after a change of the report. Results are names in bench/results or paths.`;

async function render(names: readonly string[]): Promise<void> {
  if (names.length === 0) throw new UsageError("A result is needed");
  for (const name of names) {
    for (const file of await writeReport(await readResult(name))) console.log(`written: ${file}`);
  }
}

if (import.meta.main) {
  await runProgram(
    { help: HELP, allowPositionals: true },
    ({ positionals }) => render(positionals),
  );
}
