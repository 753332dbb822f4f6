/** The style rules' numbers and exceptions as data. */
import { ENTRY_POINTS } from "../layers.ts";

/** Names of the rules, as the allow-list and the printed problems use them. */
export type Rule =
  | "banned-name"
  | "commented-code"
  | "doc-types"
  | "file-lines"
  | "fixed-port"
  | "function-lines"
  | "missing-doc"
  | "missing-test"
  | "parameters"
  | "real-sleep"
  | "todo"
  | "unused-allowance";

/** A known breach that is let through until it is mended. */
export interface Allowance {
  readonly rule: Rule;
  readonly path: string;
  readonly reason: string;
}

/** Limits, names and exceptions that `checkStyle()` applies. */
export interface StylePolicy {
  readonly fileLinesMax: number;
  /** Tests may be longer: a table of cases is data, and splitting it hides what is covered. */
  readonly testFileLinesMax: number;
  readonly functionLinesMax: number;
  readonly parametersMax: number;
  /** Names of files and folders, without extension, that say nothing about the content. */
  readonly bannedNames: readonly string[];
  /** Production files that need no test of their own, as path patterns. */
  readonly untested: readonly string[];
  /** Shrinks only: an entry that lets nothing through is a problem itself. */
  readonly allowances: readonly Allowance[];
}

/** The policy of this repository. */
export const STYLE_POLICY: StylePolicy = {
  fileLinesMax: 300,
  testFileLinesMax: 500,
  functionLinesMax: 70,
  parametersMax: 3,
  bannedNames: [
    "common",
    "helper",
    "helpers",
    "index",
    "misc",
    "util",
    "utils",
  ],
  untested: [
    // Entry points are run by the tests of what they compose, and by CI.
    ...ENTRY_POINTS,
    // Worker entries are tested through the module that starts them.
    "**/worker.ts",
    "**/*_worker.ts",
    "proto/gen/**",
  ],
  allowances: [],
};
