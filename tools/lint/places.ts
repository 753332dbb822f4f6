/** Packages and members of globals that production code uses in few places only. */
import { SINGLE_PLACES } from "../layers.ts";
import { isProduction } from "../source_tree.ts";
import { repositoryPath } from "./repository_path.ts";

/** A use elsewhere than the architecture says. */
export const singlePlace: Deno.lint.Rule = {
  create(context) {
    const path = repositoryPath(context.filename);
    if (!isProduction(path)) return {};
    const judge = (node: Deno.lint.Node, name: string) => {
      const rule = SINGLE_PLACES.find(({ names }) => names.includes(name));
      if (rule === undefined || rule.places.test(path)) return;
      context.report({ node, message: `uses ${name}: only ${rule.places.source} may` });
    };
    const text = (node: Deno.lint.Node) => context.sourceCode.getText(node);
    const owner = (node: Deno.lint.Node) => text(node).replace(/^globalThis\./, "");
    return {
      ImportDeclaration: (node) => judge(node, packageName(String(node.source.value))),
      ImportExpression: (node) => judge(node, packageName(text(node.source).slice(1, -1))),
      MemberExpression: (node) =>
        judge(node, `${owner(node.object)}.${text(node.property).replaceAll('"', "")}`),
      VariableDeclarator(node) {
        if (node.init === null || node.id.type !== "ObjectPattern") return;
        for (const property of node.id.properties) {
          if (property.type !== "Property") continue;
          judge(property, `${owner(node.init)}.${text(property.key)}`);
        }
      },
    };
  },
};

/** `npm:@a/b@1.0.0/c` and `@a/b/c` → `@a/b`; `node:` names stay whole. */
function packageName(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return /^(?:npm:\/?)?(@[^/]+\/[^/@]+|[^/@]+)/.exec(specifier)?.[1] ?? specifier;
}
