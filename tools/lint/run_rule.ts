/** Runs one rule over a text, for the tests of rules. */
import plugin from "./plugin.ts";

/** What a rule says of a file, as `line message`. */
export function runRule(rule: string, text: string, path = "triton/a.ts"): string[] {
  return Deno.lint.runPlugin(plugin, path, text)
    .filter(({ id }) => id === `house/${rule}`)
    .map(({ message, range: [start] }) => `${text.slice(0, start).split("\n").length} ${message}`);
}
