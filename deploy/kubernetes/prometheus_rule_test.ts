import assert from "node:assert/strict";
import { parse } from "../yaml.ts";
import { prometheusRule } from "./prometheus_rule.ts";

Deno.test("prometheusRule() has the rules of the file, word for word", async () => {
  const alerts = await Deno.readTextFile(new URL("../prometheus/alerts.yml", import.meta.url));
  const { kind, spec } = parse(prometheusRule(alerts));
  assert.equal(kind, "PrometheusRule");
  assert.deepEqual(spec, parse(alerts));
});

Deno.test("prometheusRule() leaves out what stands before the groups, and indents no empty line", () => {
  const text = prometheusRule("# Few.\ngroups:\n  - name: a\n\n  - name: b\n");
  assert.ok(text.endsWith("\nspec:\n  groups:\n    - name: a\n\n    - name: b\n"));
});
