// deno-lint-ignore-file no-console
/**
 * `deno task bench:compare A B`: what changed from result A to result B, beyond the noise.
 *
 * A and B are names in `bench/results/` or paths; `A1,A2,A3` takes several runs of the same for their noise.
 */
import { compareResults } from "./compare.ts";
import { readResult } from "./result_file.ts";
import { markdownTable } from "./readme_table.ts";
import { short } from "./svg.ts";

if (import.meta.main) {
  const [before, after] = Deno.args;
  if (before === undefined || after === undefined) {
    console.error("Usage: deno task bench:compare A[,A2…] B[,B2…] [--all]");
    Deno.exit(64);
  }
  const read = (names: string) => Promise.all(names.split(",").map(readResult));
  const changes = compareResults(await read(before), await read(after));
  const beyond = changes.filter(({ isBeyondNoise }) => isBeyondNoise);
  const shown = Deno.args.includes("--all") ? changes : beyond;
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
