/** Names of files, and the tests beside them. */
import ts from "typescript";
import { matchesAny } from "../path_pattern.ts";
import { isProduction } from "../source_tree.ts";
import type { StylePolicy } from "./policy.ts";
import type { ParsedFile, StyleProblem } from "./style_problem.ts";

/** Reports files and folders whose name says nothing about their content. */
export function checkName(
  file: ParsedFile,
  policy: StylePolicy,
): StyleProblem[] {
  const names = file.path.replace(/(?:_test)?\.tsx?$/, "").split("/");
  return names.filter((name) => policy.bannedNames.includes(name))
    .map((name) => ({
      path: file.path,
      line: 1,
      rule: "banned-name",
      text: `the name ${name} says nothing: name the concept`,
    }));
}

/** Reports a production file with runtime code and neither `_test.ts` nor `_triton_test.ts` beside it. */
export function checkSiblingTest(
  file: ParsedFile,
  paths: ReadonlySet<string>,
  policy: StylePolicy,
): StyleProblem[] {
  if (!isProduction(file.path) || matchesAny(file.path, policy.untested)) {
    return [];
  }
  const sibling = file.path.replace(/(\.tsx?)$/, "_test$1");
  const tritonSibling = file.path.replace(/(\.tsx?)$/, "_triton_test$1");
  if (paths.has(sibling) || paths.has(tritonSibling) || !hasRuntimeCode(file.syntax)) return [];
  return [{
    path: file.path,
    line: 1,
    rule: "missing-test",
    text: `has no test: write ${sibling}`,
  }];
}

/** Whether more than types, imports, re-exports and literal constants is left at run time. */
export function hasRuntimeCode(source: ts.SourceFile): boolean {
  return source.statements.some((statement) =>
    !ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement) &&
    !ts.isInterfaceDeclaration(statement) &&
    !ts.isTypeAliasDeclaration(statement) && !isAmbient(statement) &&
    !isLiteralConstant(statement)
  );
}

/** `const NAME = "text";`: a test could but repeat it. */
function isLiteralConstant(statement: ts.Statement): boolean {
  return ts.isVariableStatement(statement) &&
    statement.declarationList.declarations.every(({ initializer }) =>
      initializer !== undefined && ts.isLiteralExpression(initializer)
    );
}

function isAmbient(statement: ts.Statement): boolean {
  return ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement) ?? []).some((modifier) =>
      modifier.kind === ts.SyntaxKind.DeclareKeyword
    );
}
