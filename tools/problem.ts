// deno-lint-ignore-file no-console
/** What a checker found, and how it is printed. */

/** One breach of a rule, at a place an editor can jump to. */
export interface Problem {
  /** Path from the repository root, with forward slashes. */
  readonly path: string;
  /** Line in the file, from 1. */
  readonly line: number;
  readonly text: string;
}

/** `path:line: text`, which editors and CI logs turn into a link. */
export function formatProblem(problem: Problem): string {
  return `${problem.path}:${problem.line}: ${problem.text}`;
}

/** Prints a line a problem, then what was looked at and how many there are; the program exits 1 if there is any. */
export function reportProblems(lookedAt: string, problems: readonly Problem[]): void {
  for (const problem of problems) console.log(formatProblem(problem));
  console.log(`${lookedAt}, ${countNoun(problems.length, "problem")}`);
  if (problems.length > 0) Deno.exitCode = 1;
}

/** A sorted copy: by path, then line, then text. */
export function sortProblems<T extends Problem>(problems: readonly T[]): T[] {
  return [...problems].sort((a, b) =>
    compare(a.path, b.path) || a.line - b.line || compare(a.text, b.text)
  );
}

/** Counts in words: `1 problem`, `2 problems`. */
export function countNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
