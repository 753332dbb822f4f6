/** What the style rules take and give. */
import type ts from "typescript";
import type { Problem } from "../problem.ts";
import type { SourceFile } from "../source_tree.ts";
import type { Rule } from "./policy.ts";

/** A problem with the rule it breaks, by which the allow-list finds it. */
export interface StyleProblem extends Problem {
  readonly rule: Rule;
}

/** A file with its syntax tree, parsed once for all rules. */
export interface ParsedFile extends SourceFile {
  readonly syntax: ts.SourceFile;
}
