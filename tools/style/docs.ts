/** Documentation comments: every exported symbol has one, and none repeats a type. */
import ts from "typescript";
import { isProduction } from "../source_tree.ts";
import { type Comment, lineOf } from "../syntax.ts";
import type { ParsedFile, StyleProblem } from "./style_problem.ts";

/** Reports exported symbols of production code without a JSDoc comment. */
export function checkExportDocs(file: ParsedFile): StyleProblem[] {
  if (!isProduction(file.path)) return [];
  const exported = exportedNames(file.syntax);
  const documented = new Set<string>();
  const undocumented = new Map<string, number>();
  for (const statement of file.syntax.statements) {
    for (const name of declaredNames(statement)) {
      if (!isExported(statement) && !exported.has(name)) continue;
      // One documented signature is enough for all overloads of a function.
      if (hasDoc(statement)) documented.add(name);
      else if (!undocumented.has(name)) {
        undocumented.set(name, lineOf(statement));
      }
    }
  }
  return [...undocumented].filter(([name]) => !documented.has(name))
    .map(([name, line]) => ({
      path: file.path,
      line,
      rule: "missing-doc",
      text: `exported ${name} has no documentation comment`,
    }));
}

/** Reports JSDoc tags with a type in braces, which TypeScript states already; `@throws {X}` is not one. */
export function checkDocTypes(
  file: ParsedFile,
  comments: readonly Comment[],
): StyleProblem[] {
  return comments.filter((comment) => comment.kind === "doc")
    .flatMap((comment) =>
      comment.text.split("\n").flatMap((text, offset): StyleProblem[] => {
        const tag = TYPED_TAG.exec(text)?.[1];
        if (tag === undefined) return [];
        return [{
          path: file.path,
          line: comment.line + offset,
          rule: "doc-types",
          text: `@${tag} repeats a type: TypeScript has it`,
        }];
      })
    );
}

/** `@param {@link …}` is a link, not a type. */
const TYPED_TAG =
  /@(arg|argument|param|prop|property|return|returns|template|type|typedef|yields)\s+\{(?!@)/;

/** Names exported by lists, `export { a, b as c }`, as they are called inside the file. */
function exportedNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of source.statements) {
    if (
      !ts.isExportDeclaration(statement) ||
      statement.moduleSpecifier !== undefined ||
      statement.exportClause === undefined ||
      !ts.isNamedExports(statement.exportClause)
    ) continue;
    for (const element of statement.exportClause.elements) {
      names.add((element.propertyName ?? element.name).text);
    }
  }
  return names;
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations
      .map((declaration) => declaration.name.getText());
  }
  if (
    ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) || ts.isEnumDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement)
  ) return [statement.name?.text ?? "default"];
  return [];
}

function isExported(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((modifier) =>
      modifier.kind === ts.SyntaxKind.ExportKeyword
    );
}

function hasDoc(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
}
