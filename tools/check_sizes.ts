// deno-lint-ignore-file no-console
/** Counts lines, a row a folder, and holds them to budgets. Sizes of files and functions are rules of the linter. */
import { runProgram } from "../command/program.ts";
import { countLines } from "./lint/files.ts";
import { isGenerated, isProduction, isTest, readSources, type SourceFile } from "./source_tree.ts";

/** Of the middle production file, in lines. */
const MEDIAN_MAX = 100;

/**
 * Of folders that are around the product, with their tests: they must not outgrow it. 300 of bench's lines build, start
 * and tabulate the native peer, whose own 535 lines of Rust are not counted; 180 measure the prices of images anew, by
 * which the gateway refuses, 110 the tokenizer, 140 the dialects and 280 the text tower beside open_clip's. 430 of tools' audit the lock file, and write its
 * bill of materials and the container's seccomp profile; 30 hand what runs on Kubernetes to its own checks. Of capacity's,
 * 325 are the model of many GPUs, 195 hold it to a real gateway, and 385 are tests.
 */
const FOLDER_LINES_MAX: Readonly<Record<string, number>> = {
  bench: 7960,
  capacity: 1440,
  tools: 3660,
};

/** Folders whose own folders are counted by themselves, too. */
const HOUSES: readonly string[] = ["gateway", "models", "photos", "preprocess", "tokenize"];

/** Lines of a folder's hand-written code. */
export interface FolderSize {
  readonly folder: string;
  readonly files: number;
  readonly lines: number;
  readonly testLines: number;
}

/** One entry a folder of the root, and one a room of its houses, in order of name. */
export function folderSizes(files: readonly SourceFile[]): FolderSize[] {
  const sizes = new Map<string, { files: number; lines: number; testLines: number }>();
  for (const { path, text } of files) {
    if (isGenerated(path)) continue;
    const [house = "", room = ""] = path.split("/");
    const hasRooms = HOUSES.includes(house) && !room.endsWith(".ts");
    for (const folder of hasRooms ? [house, `${house}/${room}`] : [house]) {
      const size = sizes.get(folder) ?? { files: 0, lines: 0, testLines: 0 };
      size.files++;
      size[isTest(path) ? "testLines" : "lines"] += countLines(text);
      sizes.set(folder, size);
    }
  }
  return [...sizes].map(([folder, size]) => ({ folder, ...size }))
    .sort((a, b) => a.folder < b.folder ? -1 : 1);
}

/** Lines of the middle production file; the lower one of two. */
export function medianLines(files: readonly SourceFile[]): number {
  const lines = files.filter(({ path }) => isProduction(path) && !isGenerated(path))
    .map(({ text }) => countLines(text)).sort((a, b) => a - b);
  return lines[(lines.length - 1) >> 1] ?? 0;
}

/** Budgets that are exceeded, in words. */
export function exceededBudgets(sizes: readonly FolderSize[], median: number): string[] {
  const folders = sizes.flatMap(({ folder, lines, testLines }) => {
    const limit = FOLDER_LINES_MAX[folder] ?? Infinity;
    const all = lines + testLines;
    return all <= limit ? [] : [`${folder}/ has ${all} lines with its tests: limit is ${limit}`];
  });
  if (median <= MEDIAN_MAX) return folders;
  return [...folders, `the middle production file has ${median} lines: limit is ${MEDIAN_MAX}`];
}

const PROGRAM = {
  help: `Usage: deno task sizes

Prints the lines of every folder. Exits 1 when a budget is exceeded.`,
};

async function main(): Promise<void> {
  const files = await readSources(".");
  const sizes = folderSizes(files);
  const median = medianLines(files);
  const exceeded = exceededBudgets(sizes, median);
  for (const { folder, lines, testLines, files } of sizes) {
    const cells = [lines, testLines, files].map((count) => String(count).padStart(7));
    console.log(`${folder.padEnd(26)} ${cells[0]} lines ${cells[1]} of tests ${cells[2]} files`);
  }
  for (const text of exceeded) console.log(text);
  console.log(`sizes: median ${median} lines, ${exceeded.length} budgets exceeded`);
  if (exceeded.length > 0) Deno.exitCode = 1;
}

if (import.meta.main) await runProgram(PROGRAM, main);
