/** Size budgets: lines of files and functions, parameters of functions. */
import ts from "typescript";
import { isTest } from "../source_tree.ts";
import { lineCount, lineOf, walk } from "../syntax.ts";
import type { StylePolicy } from "./policy.ts";
import type { ParsedFile, StyleProblem } from "./style_problem.ts";

/** Lines of a text; the line break at its end starts no other. */
export function countLines(text: string): number {
  if (text === "") return 0;
  return text.replace(/\n$/, "").split("\n").length;
}

/** Reports files, functions and parameter lists above the policy's limits. */
export function checkSizes(
  file: ParsedFile,
  policy: StylePolicy,
): StyleProblem[] {
  const problems = checkFile(file, policy);
  walk(file.syntax, (node) => {
    if (!hasBody(node)) return;
    problems.push(...checkFunction(file, node, policy));
    if (!isTest(file.path) && !isCallback(node)) {
      problems.push(...checkParameters(file, node, policy));
    }
  });
  return problems;
}

function checkFile(file: ParsedFile, policy: StylePolicy): StyleProblem[] {
  const lines = countLines(file.text);
  const limit = isTest(file.path) ? policy.testFileLinesMax : policy.fileLinesMax;
  if (lines <= limit) return [];
  const text = `file has ${lines} lines: limit is ${limit}`;
  return [{ path: file.path, line: 1, rule: "file-lines", text }];
}

function checkFunction(
  file: ParsedFile,
  node: FunctionWithBody,
  policy: StylePolicy,
): StyleProblem[] {
  const lines = lineCount(node);
  const limit = policy.functionLinesMax;
  if (lines <= limit) return [];
  const text = `${nameOf(node)} has ${lines} lines: limit is ${limit}`;
  return [{
    path: file.path,
    line: lineOf(node),
    rule: "function-lines",
    text,
  }];
}

function checkParameters(
  file: ParsedFile,
  node: FunctionWithBody,
  policy: StylePolicy,
): StyleProblem[] {
  const count = node.parameters.filter(isPositional).length;
  const limit = policy.parametersMax;
  if (count <= limit) return [];
  const text = `${nameOf(node)} has ${count} parameters: limit is ${limit}, pass an options object`;
  return [{ path: file.path, line: lineOf(node), rule: "parameters", text }];
}

/** A `this` parameter is a type annotation. */
function isPositional(parameter: ts.ParameterDeclaration): boolean {
  return parameter.name.getText() !== "this";
}

type FunctionWithBody = ts.FunctionLikeDeclaration;

/** Overload signatures and abstract methods have no body, and are judged by their implementation. */
function hasBody(node: ts.Node): node is FunctionWithBody {
  return ts.isFunctionLike(node) && "body" in node && node.body !== undefined;
}

/** A function passed straight to a call: whoever calls it decides on its parameters. */
function isCallback(node: FunctionWithBody): boolean {
  return (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) &&
    ts.isCallExpression(node.parent) && node.parent.expression !== node;
}

function nameOf(node: FunctionWithBody): string {
  if (ts.isConstructorDeclaration(node)) return "constructor()";
  const named = node.name ??
    (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent)
      ? node.parent.name
      : undefined);
  return named === undefined ? "function" : `${named.getText()}()`;
}
