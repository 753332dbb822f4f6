/** What makes tests slow or unable to run beside each other: real sleeps and fixed ports. */
import ts from "typescript";
import { isTest } from "../source_tree.ts";
import { lineOf, walk } from "../syntax.ts";
import type { ParsedFile, StyleProblem } from "./style_problem.ts";

/** Position of the duration among the arguments, by the function's name. */
const SLEEPS: ReadonlyMap<string, number> = new Map([
  ["delay", 0],
  ["sleep", 0],
  ["setInterval", 1],
  ["setTimeout", 1],
]);

/** In a file that imports this package the clock is a fake, and sleeping takes no time. */
const FAKE_CLOCK = "@sinonjs/fake-timers";

/** Reports sleeps of a literal, positive number of milliseconds in tests. */
export function checkSleeps(file: ParsedFile): StyleProblem[] {
  if (!isTestCode(file.path) || importsFakeClock(file.syntax)) return [];
  const problems: StyleProblem[] = [];
  walk(file.syntax, (node) => {
    if (!ts.isCallExpression(node)) return;
    const name = calledName(node);
    const position = SLEEPS.get(name);
    if (position === undefined) return;
    if (!isPositiveLiteral(node.arguments[position])) return;
    problems.push({
      path: file.path,
      line: lineOf(node),
      rule: "real-sleep",
      text: `${name}() sleeps in a test: use a fake clock, or wait for the event`,
    });
  });
  return problems;
}

/** Reports `port: 8000` and the like in tests; in an assertion it is an expectation, not a socket. */
export function checkPorts(file: ParsedFile): StyleProblem[] {
  if (!isTestCode(file.path)) return [];
  const problems: StyleProblem[] = [];
  walk(file.syntax, (node) => {
    if (!ts.isPropertyAssignment(node) || node.name.getText() !== "port") return;
    if (!isPositiveLiteral(node.initializer) || isAsserted(node)) return;
    problems.push({
      path: file.path,
      line: lineOf(node),
      rule: "fixed-port",
      text: "binds a fixed port in a test: use port 0",
    });
  });
  return problems;
}

/** Programs under `testing/` put load on real servers, and may pause. */
function isTestCode(path: string): boolean {
  const isProgram = path.endsWith("_main.ts") || path.startsWith("testing/soak/");
  return isTest(path) || (path.startsWith("testing/") && !isProgram);
}

function importsFakeClock(source: ts.SourceFile): boolean {
  return source.statements.some((statement) =>
    ts.isImportDeclaration(statement) &&
    ts.isStringLiteral(statement.moduleSpecifier) &&
    statement.moduleSpecifier.text === FAKE_CLOCK
  );
}

function calledName(call: ts.CallExpression): string {
  const callee = call.expression;
  if (ts.isPropertyAccessExpression(callee)) {
    return callee.expression.getText() === "globalThis" ? callee.name.text : "";
  }
  return callee.getText();
}

function isPositiveLiteral(node: ts.Node | undefined): boolean {
  return node !== undefined && ts.isNumericLiteral(node) &&
    Number(node.text) > 0;
}

function isAsserted(node: ts.Node): boolean {
  for (let up = node.parent; up !== undefined; up = up.parent) {
    if (ts.isCallExpression(up) && /^assert\b/.test(up.expression.getText())) {
      return true;
    }
    if (ts.isFunctionLike(up)) return false;
  }
  return false;
}
