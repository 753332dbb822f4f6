/** Small helpers over TypeScript's syntax tree, shared by the checkers. */
import ts from "typescript";
import type { SourceFile } from "./source_tree.ts";

/** A comment as written, delimiters included. */
export interface Comment {
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  readonly kind: "line" | "block" | "doc";
}

/** Parses a file; a file with syntax errors gives the tree that could be recovered. */
export function parseSource(file: SourceFile): ts.SourceFile {
  const setParentNodes = true;
  return ts.createSourceFile(
    file.path,
    file.text,
    ts.ScriptTarget.Latest,
    setParentNodes,
  );
}

/** Calls `visit` for every node below `node`, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    visit(child);
    walk(child, visit);
  });
}

/** Line on which a node's first token stands, from 1. */
export function lineOf(node: ts.Node): number {
  return lineAt(node.getSourceFile(), node.getStart());
}

/** Lines from a node's first token to its last, both counted; comments in front are not. */
export function lineCount(node: ts.Node): number {
  const source = node.getSourceFile();
  return lineAt(source, node.getEnd()) - lineAt(source, node.getStart()) + 1;
}

/** Every comment of a file in order. Text in strings, templates and regular expressions is none. */
export function listComments(source: ts.SourceFile): Comment[] {
  const ranges = new Map<number, ts.CommentRange>();
  const add = (found: readonly ts.CommentRange[] | undefined) => {
    for (const range of found ?? []) ranges.set(range.pos, range);
  };
  const visit = (node: ts.Node) => {
    // A comment may hang on any node, the end of the file included, as a child of it.
    const children = node.getChildren(source)
      .filter((child) => !ts.isJSDoc(child));
    if (children.length === 0) {
      add(ts.getLeadingCommentRanges(source.text, node.pos));
      add(ts.getTrailingCommentRanges(source.text, node.end));
    }
    children.forEach(visit);
  };
  visit(source);
  return [...ranges.values()].sort((a, b) => a.pos - b.pos)
    .map((range) => toComment(source, range));
}

function toComment(source: ts.SourceFile, range: ts.CommentRange): Comment {
  const text = source.text.slice(range.pos, range.end);
  const isLine = range.kind === ts.SyntaxKind.SingleLineCommentTrivia;
  const isDoc = !isLine && text.startsWith("/**") && text !== "/**/";
  const kind = isLine ? "line" : isDoc ? "doc" : "block";
  return { text, line: lineAt(source, range.pos), kind };
}

function lineAt(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
