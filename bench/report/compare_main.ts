// deno-lint-ignore-file no-console
/** `deno task bench:compare`: what changed from one result to another, beyond the noise. */
import { runProgram, UsageError } from "../../command/program.ts";
import { compareResults } from "./compare.ts";
import { readResult } from "./result_file.ts";
import { markdownTable } from "./readme_table.ts";
import { short } from "./svg.ts";

const HELP = `Usage: deno task bench:compare A[,A2…] B[,B2…] [options]

Prints what changed from result A to result B, beyond the noise. Results are names in bench/results or paths; several
runs of the same say how large the noise is.

  --all  the other figures, too`;

async function compare(before: string, after: string, showsAll: boolean): Promise<void> {
  const from = Deno.env.get("INIT_CWD");
  const read = (names: string) =>
    Promise.all(names.split(",").map((name) => readResult(name, from)));
  const changes = compareResults(await read(before), await read(after));
  const beyond = changes.filter(({ isBeyondNoise }) => isBeyondNoise);
  const shown = showsAll ? changes : beyond;
  console.log(`${beyond.length} of ${changes.length} figures changed beyond the noise\n`);
  const rows = shown.map(({ cell, figure, before, after, ratio, isBeyondNoise }) => [
    cell,
    figure,
    short(before),
    short(after),
    `${ratio > 0 ? "+" : ""}${(ratio * 100).toFixed(1)} %`,
    isBeyondNoise ? "yes" : "",
  ]);
  console.log(markdownTable(["cell", "figure", "before", "after", "change", "beyond noise"], rows));
}

if (import.meta.main) {
  const options = { all: { type: "boolean", default: false } } as const;
  await runProgram({ help: HELP, options, allowPositionals: true }, ({ values, positionals }) => {
    const [before = "", after = ""] = positionals;
    if (positionals.length !== 2) throw new UsageError("Two results are needed");
    return compare(before, after, values.all);
  });
}
