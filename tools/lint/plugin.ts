/**
 * The project's own lint rules: `deno lint` runs them, and editors show them.
 *
 * `deno doc --lint` is no replacement for `missing-doc`: it asks for a comment on each property (430 here), and sees
 * of a program nothing, as `main.ts` exports nothing.
 */
import { commentedCode, docTypes, todo } from "./comments.ts";
import { missingDoc } from "./docs.ts";
import { bannedName, fileLines, missingTest } from "./files.ts";
import { fixedPort, realSleep } from "./flakiness.ts";
import { functionLines, parameters } from "./functions.ts";
import { messageSentence } from "./messages.ts";
import { singlePlace } from "./places.ts";

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "banned-name": bannedName,
    "commented-code": commentedCode,
    "doc-types": docTypes,
    "file-lines": fileLines,
    "fixed-port": fixedPort,
    "function-lines": functionLines,
    "message-sentence": messageSentence,
    "missing-doc": missingDoc,
    "missing-test": missingTest,
    "parameters": parameters,
    "real-sleep": realSleep,
    "single-place": singlePlace,
    "todo": todo,
  },
};

export default plugin;
