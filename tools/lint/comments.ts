/** What must not stand in comments: promises, dead code, and types that TypeScript has. */

type Comment = Deno.lint.LineComment | Deno.lint.BlockComment;

/** A promise to do something later. */
export const todo: Deno.lint.Rule = {
  create: (context) => ({
    Program() {
      for (const { value, range } of context.sourceCode.getAllComments()) {
        const [word] = /\b(?:TODO|FIXME|XXX)\b/.exec(value) ?? [];
        if (word === undefined) continue;
        context.report({ range, message: `${word}: do it now, or open an issue` });
      }
    },
  }),
};

/** `@param {@link …}` is a link, not a type; `@throws {X}` is told nowhere else. */
const TYPED_TAG =
  /@(arg|argument|param|prop|property|return|returns|template|type|typedef|yields)\s+\{(?!@)/;

/** A JSDoc tag with a type in braces. */
export const docTypes: Deno.lint.Rule = {
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments().filter(isDoc)) {
        const tag = TYPED_TAG.exec(comment.value)?.[1];
        if (tag === undefined) continue;
        const message = `@${tag} repeats a type: TypeScript has it`;
        context.report({ range: comment.range, message });
      }
    },
  }),
};

/** Statements that were commented out instead of deleted; JSDoc, which holds examples, is left out. */
export const commentedCode: Deno.lint.Rule = {
  create: (context) => ({
    Program() {
      for (const { text, range } of groupLines(context.sourceCode)) {
        if (!isCode(text) && !text.split("\n").some(isCode)) continue;
        context.report({ range, message: "looks like commented-out code: delete it" });
      }
    },
  }),
};

function isDoc({ type, value }: Comment): boolean {
  return type === "Block" && value.startsWith("*");
}

/** Joins `//` comments on following lines; block comments stand alone. */
function groupLines(source: Deno.lint.SourceCode): { text: string; range: Deno.lint.Range }[] {
  const groups: { text: string; range: Deno.lint.Range; isLine: boolean }[] = [];
  for (const comment of source.getAllComments().filter((comment) => !isDoc(comment))) {
    const { type, value, range } = comment;
    const isLine = type === "Line";
    const last = groups.at(-1);
    const between = last === undefined ? "" : source.text.slice(last.range[1], range[0]);
    if (last?.isLine && isLine && /^\n *$/.test(between)) {
      last.text += `\n${value}`;
      last.range = [last.range[0], range[1]];
    } else groups.push({ text: value.replace(/^\s*\*/gm, ""), range, isLine });
  }
  return groups;
}

/**
 * Whether a text is code somebody wrote as such: it ends like a statement, does something, and the engine parses it,
 * which prose hardly ever does. Types and formulas do not count: `deno fmt` ends every statement by a semicolon.
 */
function isCode(text: string): boolean {
  const code = text.trim();
  if (/^(?:import|export)\b.*;$/.test(code)) return true;
  if (!/[;}]$/.test(code) || !/[(=]|^(?:return|throw) /.test(code)) return false;
  try {
    new AsyncFunction(code);
  } catch {
    return false;
  }
  // Labels, lists and addresses parse as well.
  return !/^\w+:\/\//.test(code);
}

const AsyncFunction = (async () => {}).constructor as new (code: string) => unknown;
