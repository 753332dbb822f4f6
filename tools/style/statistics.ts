/** How much code there is, to hold against the budgets. */
import { isGenerated, isProduction, type SourceFile } from "../source_tree.ts";
import { countLines } from "./sizes.ts";

/** Lines of one file. */
export interface FileLines {
  readonly path: string;
  readonly lines: number;
}

/** Sizes of the hand-written production code. */
export interface Statistics {
  readonly files: number;
  readonly lines: number;
  /** Lines of the middle file; the lower one of two. */
  readonly medianLines: number;
  readonly largest: readonly FileLines[];
  /** Lines of all tests, wherever they stand. */
  readonly testLines: number;
}

const LARGEST_SHOWN = 5;

/** Counts hand-written production code; tests apart, generated files not at all. */
export function measure(files: readonly SourceFile[]): Statistics {
  const production = files
    .filter((file) => isProduction(file.path) && !isGenerated(file.path))
    .map((file) => ({ path: file.path, lines: countLines(file.text) }))
    .sort((a, b) => b.lines - a.lines);
  return {
    files: production.length,
    lines: total(production),
    medianLines: production[production.length >> 1]?.lines ?? 0,
    largest: production.slice(0, LARGEST_SHOWN),
    testLines: total(
      files.filter((file) => file.path.endsWith("_test.ts"))
        .map((file) => ({ path: file.path, lines: countLines(file.text) })),
    ),
  };
}

/** The statistics as lines of text. */
export function formatStatistics(statistics: Statistics): string {
  const { files, lines, medianLines, largest, testLines } = statistics;
  return [
    `production: ${lines} lines in ${files} files, median ${medianLines}; tests: ${testLines} lines`,
    ...largest.map((file) => `  ${String(file.lines).padStart(4)} ${file.path}`),
  ].join("\n");
}

function total(files: readonly FileLines[]): number {
  return files.reduce((sum, file) => sum + file.lines, 0);
}
