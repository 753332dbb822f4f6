/** What a module refers to: other modules, worker entries, and members of `Deno` and `process`. */
import { posix } from "node:path";
import ts from "typescript";
import type { SourceFile } from "./source_tree.ts";
import { lineOf, parseSource, walk } from "./syntax.ts";

/** An import of one file by another. `to` is a repository path, whether or not it exists. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly line: number;
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean;
}

/** A named thing a file uses: a package (`prom-client`, `node:fs`) or a global's member (`Deno.env`). */
export interface Use {
  readonly from: string;
  readonly name: string;
  readonly line: number;
}

/** All references of a set of files. */
export interface References {
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
  readonly packages: readonly Use[];
  readonly globals: readonly Use[];
}

interface Specifier {
  readonly text: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

/**
 * Reads the references of files from their syntax.
 *
 * Counts imports, re-exports, `import()` and `import.meta.resolve()` of a literal, `import("…")` types, and
 * `new URL("./x.ts", import.meta.url)`, by which workers are started.
 */
export function readReferences(files: readonly SourceFile[]): References {
  const edges: Edge[] = [];
  const packages: Use[] = [];
  const globals: Use[] = [];
  for (const file of files) {
    const from = file.path;
    walk(parseSource(file), (node) => {
      const found = specifierOf(node);
      if (found !== undefined) {
        const { text, line, typeOnly } = found;
        if (/^\.\.?\//.test(text)) {
          const to = posix.join(posix.dirname(from), text);
          edges.push({ from, to, line, typeOnly });
        } else packages.push({ from, name: packageName(text), line });
      }
      const members = globalMembers(node);
      globals.push(...members.map((name) => ({ from, name, line: lineOf(node) })));
    });
  }
  return { files: files.map((file) => file.path), edges, packages, globals };
}

/** `npm:@a/b@1.0.0/c` and `@a/b/c` → `@a/b`; `node:` names stay whole. */
function packageName(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  const match = /^(?:npm:\/?)?(@[^/]+\/[^/@]+|[^/@]+)/.exec(specifier);
  return match?.[1] ?? specifier;
}

function specifierOf(node: ts.Node): Specifier | undefined {
  if (ts.isImportDeclaration(node)) {
    return literal(node.moduleSpecifier, isTypeOnlyImport(node.importClause));
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return literal(node.moduleSpecifier, isTypeOnlyExport(node));
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    const typeOnly = true;
    return literal(node.argument.literal, typeOnly);
  }
  if (isDynamicImport(node) || isModuleUrl(node)) {
    const typeOnly = false;
    return literal(node.arguments?.[0], typeOnly);
  }
  return undefined;
}

function literal(
  node: ts.Node | undefined,
  typeOnly: boolean,
): Specifier | undefined {
  if (node === undefined || !ts.isStringLiteralLike(node)) return undefined;
  return { text: node.text, line: lineOf(node), typeOnly };
}

function isTypeOnlyImport(clause: ts.ImportClause | undefined): boolean {
  // Without a clause the import is for its side effects alone.
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const named = clause.namedBindings;
  return clause.name === undefined && named !== undefined &&
    ts.isNamedImports(named) && areAllTypes(named.elements);
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
  const clause = node.exportClause;
  return node.isTypeOnly ||
    (clause !== undefined && ts.isNamedExports(clause) &&
      areAllTypes(clause.elements));
}

function areAllTypes(
  elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[],
): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

function isDynamicImport(node: ts.Node): node is ts.CallExpression {
  return ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword ||
      node.expression.getText() === "import.meta.resolve");
}

function isModuleUrl(node: ts.Node): node is ts.NewExpression {
  return ts.isNewExpression(node) && node.expression.getText() === "URL" &&
    node.arguments?.[1]?.getText() === "import.meta.url";
}

/** Members of `Deno` and `process` that a node names: `Deno.env`, `const { env } = Deno`. */
function globalMembers(node: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = globalName(node.expression);
    return owner === undefined ? [] : [`${owner}.${node.name.text}`];
  }
  if (ts.isElementAccessExpression(node)) {
    const owner = globalName(node.expression);
    const member = node.argumentExpression;
    if (owner === undefined || !ts.isStringLiteralLike(member)) return [];
    return [`${owner}.${member.text}`];
  }
  if (
    ts.isVariableDeclaration(node) && node.initializer !== undefined &&
    ts.isObjectBindingPattern(node.name)
  ) {
    const owner = globalName(node.initializer);
    if (owner === undefined) return [];
    return node.name.elements.map((element) =>
      `${owner}.${(element.propertyName ?? element.name).getText()}`
    );
  }
  return [];
}

function globalName(node: ts.Expression): string | undefined {
  const text = node.getText().replace(/^globalThis\./, "");
  return text === "Deno" || text === "process" ? text : undefined;
}
