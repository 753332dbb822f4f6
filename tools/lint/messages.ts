/** What errors tell clients. */
import { isProduction } from "../source_tree.ts";
import { repositoryPath } from "./repository_path.ts";

const ERRORS = ["GatewayError", "Refusal"];

/** A capital at its start, no period at its end, no contraction, no doubled space. */
const SENTENCE = /^[A-Z](?!.*(n't|'re|'ll| {2})).*[^.\s]$/s;

/** A message, written out where the error is made, that is no sentence without a period. */
export const messageSentence: Deno.lint.Rule = {
  create(context) {
    if (!isProduction(repositoryPath(context.filename))) return {};
    return {
      NewExpression(node) {
        if (!ERRORS.includes(context.sourceCode.getText(node.callee))) return;
        const message = messageText(node.arguments[1]);
        if (message === undefined || SENTENCE.test(message)) return;
        context.report({ node, message: "the message must be a sentence, without its period" });
      },
    };
  },
};

/** A message with 1 in place of each value; `undefined` where it is put together elsewhere. */
function messageText(node: Deno.lint.Node | undefined): string | undefined {
  if (node?.type === "Literal") return String(node.value);
  if (node?.type === "TemplateLiteral") return node.quasis.map(({ cooked }) => cooked).join("1");
  if (node?.type !== "BinaryExpression") return undefined;
  const [left, right] = [messageText(node.left), messageText(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}
