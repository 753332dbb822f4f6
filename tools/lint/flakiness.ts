/** What makes tests slow or unable to run beside each other: real sleeps and fixed ports. */
import { isTest } from "../source_tree.ts";
import { repositoryPath } from "./repository_path.ts";

/** Position of the duration among the arguments, by the function's name. */
const SLEEPS = new Map([["delay", 0], ["sleep", 0], ["setInterval", 1], ["setTimeout", 1]]);

/** In a file that imports this one of testing/ the clock is a fake, and sleeping takes no time. */
const FAKE_CLOCK = '/fake_timers.ts"';

/** A sleep of a literal, positive number of milliseconds in a test. */
export const realSleep: Deno.lint.Rule = {
  create(context) {
    if (!isTestCode(context.filename) || context.sourceCode.text.includes(FAKE_CLOCK)) return {};
    return {
      CallExpression(node) {
        const name = context.sourceCode.getText(node.callee).replace(/^globalThis\./, "");
        const position = SLEEPS.get(name);
        if (position === undefined || !isPositive(node.arguments[position])) return;
        const message = `${name}() sleeps in a test: use a fake clock, or wait for the event`;
        context.report({ node, message });
      },
    };
  },
};

/** `port: 8000` and the like in a test; in an assertion it is an expectation, not a socket. */
export const fixedPort: Deno.lint.Rule = {
  create(context) {
    if (!isTestCode(context.filename)) return {};
    return {
      Property(node) {
        if (context.sourceCode.getText(node.key) !== "port" || !isPositive(node.value)) return;
        const isAsserted = context.sourceCode.getAncestors(node).some((above) =>
          above.type === "CallExpression" &&
          /^assert\b/.test(context.sourceCode.getText(above.callee))
        );
        if (isAsserted) return;
        context.report({ node, message: "binds a fixed port in a test: use port 0" });
      },
    };
  },
};

/** Programs under `testing/` put load on real servers, and may pause. */
function isTestCode(filename: string): boolean {
  const path = repositoryPath(filename);
  const isProgram = path.endsWith("_main.ts") || /^testing\/(?:chaos|soak)\//.test(path);
  return isTest(path) || (path.startsWith("testing/") && !isProgram);
}

function isPositive(node: Deno.lint.Node | undefined): boolean {
  return node?.type === "Literal" && Number(node.raw.replaceAll("_", "")) > 0;
}
