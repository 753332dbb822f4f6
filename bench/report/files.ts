/** Writes a result with its report. */
import { reportPage } from "./page.ts";
import type { BenchResult } from "./result.ts";
import { RESULTS_FOLDER, toJson } from "./result_file.ts";

/** Writes `NAME.json` and `NAME.html`; the paths from the project's root. */
export async function writeReport(result: BenchResult): Promise<string[]> {
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  const texts = { json: toJson(result), html: reportPage(result) };
  for (const [extension, text] of Object.entries(texts)) {
    await Deno.writeTextFile(new URL(`${result.name}.${extension}`, RESULTS_FOLDER), text);
  }
  return Object.keys(texts).map((extension) => `bench/results/${result.name}.${extension}`);
}
