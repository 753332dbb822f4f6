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
