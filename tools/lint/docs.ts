/** Documentation comments. */
import { isGenerated, isProduction } from "../source_tree.ts";
import { repositoryPath } from "./repository_path.ts";

/** An exported symbol of production code without a JSDoc comment; one overload's is enough. */
export const missingDoc: Deno.lint.Rule = {
  create(context) {
    const path = repositoryPath(context.filename);
    if (!isProduction(path) || isGenerated(path)) return {};
    return {
      Program({ body }) {
        const documented = new Set<string>();
        const missing = new Map<string, Deno.lint.Statement>();
        for (const statement of body) {
          for (const name of exportedNames(statement)) {
            if (hasDoc(context.sourceCode, statement)) documented.add(name);
            else if (!missing.has(name)) missing.set(name, statement);
          }
        }
        for (const [name, node] of missing) {
          if (documented.has(name)) continue;
          context.report({ node, message: `exported ${name} has no documentation comment` });
        }
      },
    };
  },
};

function exportedNames(statement: Deno.lint.Statement): string[] {
  if (statement.type === "ExportDefaultDeclaration") return ["default"];
  if (statement.type !== "ExportNamedDeclaration" || !statement.declaration) return [];
  const { declaration } = statement;
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.map(({ id }) => "name" in id ? id.name : "pattern");
  }
  return "id" in declaration && declaration.id && "name" in declaration.id
    ? [declaration.id.name]
    : [];
}

/** `getCommentsBefore()` gives every comment from the file's first line on, so the nearest are looked for. */
function hasDoc(source: Deno.lint.SourceCode, { range: [start] }: Deno.lint.Statement): boolean {
  let from = start;
  for (const comment of source.getAllComments().toReversed()) {
    const [begin, end] = comment.range;
    if (end > from) continue;
    if (source.text.slice(end, from).trim() !== "") return false;
    if (comment.type === "Block" && comment.value.startsWith("*")) return true;
    from = begin;
  }
  return false;
}
