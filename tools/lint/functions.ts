/** Size budgets of functions. */
import { isGenerated, isTest } from "../source_tree.ts";
import { countLines } from "./files.ts";
import { repositoryPath } from "./repository_path.ts";

const FUNCTION_LINES_MAX = 70;
const PARAMETERS_MAX = 3;

/** A function with a body: signatures are judged by what implements them. */
type WithBody =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** A function above the limit; comments in front of it do not count. */
export const functionLines: Deno.lint.Rule = {
  create: (context) =>
    eachFunction((node) => {
      const lines = countLines(context.sourceCode.getText(node));
      if (lines <= FUNCTION_LINES_MAX) return;
      const message = `${nameOf(node)} has ${lines} lines: limit is ${FUNCTION_LINES_MAX}`;
      context.report({ node, message });
    }),
};

/** Parameters above the limit, but of callbacks: whoever calls them decides. */
export const parameters: Deno.lint.Rule = {
  create(context) {
    if (isTest(context.filename) || isGenerated(repositoryPath(context.filename))) return {};
    return eachFunction((node) => {
      const count = node.params.filter((parameter) => !isThis(parameter)).length;
      if (count <= PARAMETERS_MAX || isCallback(node)) return;
      const message = `${
        nameOf(node)
      } has ${count} parameters: limit is ${PARAMETERS_MAX}, pass an options object`;
      context.report({ node, message });
    });
  },
};

function eachFunction(judge: (node: WithBody) => void): Deno.lint.LintVisitor {
  return { FunctionDeclaration: judge, FunctionExpression: judge, ArrowFunctionExpression: judge };
}

/** A type annotation in a parameter's place. */
function isThis(parameter: Deno.lint.Parameter): boolean {
  return parameter.type === "Identifier" && parameter.name === "this";
}

function isCallback(node: WithBody): boolean {
  return node.parent.type === "CallExpression" && node.parent.callee !== node;
}

function nameOf(node: WithBody): string {
  if ("id" in node && node.id) return `${node.id.name}()`;
  const { parent } = node;
  const named = parent.type === "VariableDeclarator"
    ? parent.id
    : parent.type === "Property" || parent.type === "MethodDefinition"
    ? parent.key
    : undefined;
  return named?.type === "Identifier" || named?.type === "PrivateIdentifier"
    ? `${named.name}()`
    : "function";
}
