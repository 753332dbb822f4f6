/** What must not be left in comments: promises and dead code. */
import ts from "typescript";
import { type Comment, parseSource } from "../syntax.ts";
import type { ParsedFile, StyleProblem } from "./style_problem.ts";

/** Reports promises to do something later. */
export function checkTodos(
  file: ParsedFile,
  comments: readonly Comment[],
): StyleProblem[] {
  return comments.flatMap((comment) =>
    comment.text.split("\n").flatMap((text, offset): StyleProblem[] => {
      const word = /\b(?:TODO|FIXME|XXX)\b/.exec(text)?.[0];
      if (word === undefined) return [];
      return [{
        path: file.path,
        line: comment.line + offset,
        rule: "todo",
        text: `${word}: do it now, or open an issue`,
      }];
    })
  );
}

/** Reports statements that were commented out instead of deleted. */
export function checkCommentedCode(
  file: ParsedFile,
  comments: readonly Comment[],
): StyleProblem[] {
  return groupLines(comments).flatMap((block): StyleProblem[] => {
    const offset = block.lines.findIndex(isCode);
    if (offset < 0 && !isCode(block.text)) return [];
    return [{
      path: file.path,
      line: block.line + Math.max(offset, 0),
      rule: "commented-code",
      text: "looks like commented-out code: delete it",
    }];
  });
}

interface Block {
  readonly line: number;
  readonly lines: string[];
  /** All lines, without the comment's delimiters. */
  readonly text: string;
}

/** Joins `//` comments on following lines; block comments stand alone, and JSDoc, which holds examples, is left out. */
function groupLines(comments: readonly Comment[]): Block[] {
  const groups: { line: number; lines: string[] }[] = [];
  for (const comment of comments) {
    if (comment.kind === "doc") continue;
    if (comment.kind === "block") {
      const inner = comment.text.slice(2, -2);
      const lines = inner.split("\n").map((line) => line.replace(/^\s*\*/, ""));
      groups.push({ line: comment.line, lines });
      continue;
    }
    const text = comment.text.slice(2);
    const last = groups.at(-1);
    if (last !== undefined && last.line + last.lines.length === comment.line) {
      last.lines.push(text);
    } else groups.push({ line: comment.line, lines: [text] });
  }
  return groups.map((group) => ({ ...group, text: group.lines.join("\n") }));
}

/**
 * Whether a text is TypeScript somebody wrote as such: it ends like a statement, parses, and does something. Prose
 * hardly ever parses; formulas do, but carry no semicolon, which `deno fmt` puts after every statement.
 */
function isCode(text: string): boolean {
  const trimmed = text.trim();
  if (!/[;}]$/.test(trimmed)) return false;
  const source = parseSource({ path: "comment.ts", text: trimmed });
  return syntaxErrors(source) === 0 && source.statements.some(doesSomething);
}

/** `parseDiagnostics` is what the parser found; TypeScript's declarations leave it out. */
function syntaxErrors(source: ts.SourceFile): number {
  const found: unknown = Reflect.get(source, "parseDiagnostics");
  return Array.isArray(found) ? found.length : 0;
}

/** Words, labels, lists in braces and literals parse as statements too, but do nothing. */
function doesSomething(statement: ts.Statement): boolean {
  if (ts.isExpressionStatement(statement)) {
    return !ts.isIdentifier(statement.expression) &&
      !ts.isLiteralExpression(statement.expression) &&
      !ts.isPropertyAccessExpression(statement.expression) &&
      !isList(statement.expression);
  }
  if (ts.isBlock(statement)) return statement.statements.some(doesSomething);
  return !ts.isLabeledStatement(statement) && !ts.isEmptyStatement(statement);
}

function isList(expression: ts.Expression): boolean {
  return ts.isBinaryExpression(expression) &&
    expression.operatorToken.kind === ts.SyntaxKind.CommaToken;
}
