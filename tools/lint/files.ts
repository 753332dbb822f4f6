/** Whole files: their names, their sizes, and the tests beside them. */
import { isGenerated, isProduction, isTest } from "../source_tree.ts";
import { absolutePath, repositoryPath } from "./repository_path.ts";

const FILE_LINES_MAX = 300;
/** Tests may be longer: a table of cases is data, and splitting it hides what is covered. */
const TEST_FILE_LINES_MAX = 500;

const BANNED_NAMES = ["common", "helper", "helpers", "index", "misc", "util", "utils"];

/** Programs are run by the tests of what they compose, workers through the module that starts them. */
const UNTESTED = /(?:^|[/_])(?:main|worker)\.ts$/;

/** A problem of the whole file is shown at its first letter, not with all of its text. */
const TOP: Deno.lint.Range = [0, 1];

/** A file or folder whose name says nothing about its content. */
export const bannedName: Deno.lint.Rule = {
  create: (context) => ({
    Program() {
      const names = repositoryPath(context.filename).replace(/(?:_test)?\.ts$/, "").split("/");
      for (const name of names.filter((name) => BANNED_NAMES.includes(name))) {
        context.report({ range: TOP, message: `the name ${name} says nothing: name the concept` });
      }
    },
  }),
};

/** A file above the limit of its kind. */
export const fileLines: Deno.lint.Rule = {
  create: (context) => ({
    Program() {
      if (isGenerated(repositoryPath(context.filename))) return;
      const lines = countLines(context.sourceCode.text);
      const limit = isTest(context.filename) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX;
      if (lines <= limit) return;
      context.report({ range: TOP, message: `file has ${lines} lines: limit is ${limit}` });
    },
  }),
};

/** Production code with neither `_test.ts` nor `_triton_test.ts` beside it, unless nothing of it runs. */
export const missingTest: Deno.lint.Rule = {
  create: (context) => ({
    Program({ body }) {
      const path = repositoryPath(context.filename);
      if (!isProduction(path) || isGenerated(path) || UNTESTED.test(path)) return;
      if (!body.some(isRuntimeCode)) return;
      const siblings = ["_test.ts", "_triton_test.ts"].map((end) => path.replace(/\.ts$/, end));
      if (siblings.some(exists)) return;
      context.report({ range: TOP, message: `has no test: write ${siblings[0]}` });
    },
  }),
};

/** Lines of a text; the line break at its end starts no other. */
export function countLines(text: string): number {
  return text === "" ? 0 : text.replace(/\n$/, "").split("\n").length;
}

/** Types, imports, re-exports and `const NAME = "text";` are not: a test could but repeat them. */
function isRuntimeCode(statement: Deno.lint.Statement): boolean {
  if (statement.type === "ExportNamedDeclaration" && statement.declaration !== null) {
    return isRuntimeCode(statement.declaration as Deno.lint.Statement);
  }
  if (statement.type === "VariableDeclaration") {
    return !statement.declare &&
      !statement.declarations.every(({ init }) => init?.type === "Literal");
  }
  return !/^(?:Import|ExportNamed|ExportAll|TSInterface|TSTypeAlias)/.test(statement.type);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(absolutePath(path)).isFile;
  } catch {
    return false;
  }
}
