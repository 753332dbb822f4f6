// deno-lint-ignore-file no-console
/** `deno task bench:report NAME…`: writes the HTML of results again, after a change of the report. */
import { writeReport } from "./files.ts";
import { readResult } from "./result_file.ts";

if (import.meta.main) {
  for (const name of Deno.args) {
    for (const file of await writeReport(await readResult(name))) console.log(`written: ${file}`);
  }
}
