/** Results as files: JSON, and the page. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { reportPage } from "./page.ts";
import { type BenchResult, RESULT_SCHEMA } from "./result.ts";

/** Where results are. */
export const RESULTS_FOLDER = new URL("../results/", import.meta.url);

/** Digits of numbers in files: nanoseconds and bytes of means say nothing. */
const SIGNIFICANT_DIGITS = 6;

/**
 * Reads a result by its name in `bench/results/`, or by its path.
 *
 * @param from Folder that a relative path begins at.
 * @throws {Error} when it is not there, or was written by another version of the schema.
 */
export async function readResult(name: string, from = "."): Promise<BenchResult> {
  const file = name.endsWith(".json")
    ? resolve(from, name)
    : fileURLToPath(new URL(`${name}.json`, RESULTS_FOLDER));
  const result = await Deno.readTextFile(file).then(JSON.parse).catch((cause) => {
    throw new Error(`Cannot read result ${name}: ${cause.message}`, { cause });
  }) as BenchResult;
  if (result?.schema === RESULT_SCHEMA) return result;
  throw new Error(
    `Cannot read ${name} as its schema must be ${RESULT_SCHEMA}: it is ${result?.schema}`,
  );
}

/** JSON with numbers cut to what they are worth; integers stay exact. */
function toJson(result: BenchResult): string {
  const shorten = (_key: string, value: unknown) =>
    typeof value === "number" && !Number.isInteger(value)
      ? Number(value.toPrecision(SIGNIFICANT_DIGITS))
      : value;
  return JSON.stringify(result, shorten, 1) + "\n";
}

/** Writes `NAME.json` and `NAME.html`; the paths from the project's root. */
export async function writeReport(result: BenchResult): Promise<string[]> {
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  const texts = { json: toJson(result), html: reportPage(result) };
  for (const [extension, text] of Object.entries(texts)) {
    await Deno.writeTextFile(new URL(`${result.name}.${extension}`, RESULTS_FOLDER), text);
  }
  return Object.keys(texts).map((extension) => `bench/results/${result.name}.${extension}`);
}
