import assert from "node:assert/strict";
import { integer } from "../gateway/config_field.ts";
import { ERROR_CATALOGUE } from "../gateway/errors.ts";
import { configTable, errorTable, metricTable, replaceSection } from "./doc_tables.ts";

Deno.test("replaceSection() replaces only what stands between the markers", () => {
  const document = "a\n<!-- BEGIN generated: x -->\nold\n<!-- END generated: x -->\nb";
  assert.equal(
    replaceSection(document, "x", "new"),
    "a\n<!-- BEGIN generated: x -->\n\nnew\n\n<!-- END generated: x -->\nb",
  );
});

Deno.test("replaceSection() rejects a document without the markers", () => {
  assert.throws(() => replaceSection("a", "x", "new"), /markers of section x/);
});

Deno.test("configTable() shows name, default, bounds with unit, and meaning", () => {
  const field = integer({ env: "GATEWAY_X", default: "5", unit: "ms", doc: "Time | of x" }, 1, 9);
  assert.match(configTable([field]), /\| `GATEWAY_X` \| `5` {4} \| 1–9 ms {2}\| Time \\\| of x \|/);
});

Deno.test("errorTable() has a row for every code", () => {
  assert.equal(
    errorTable(ERROR_CATALOGUE).split("\n").length,
    Object.keys(ERROR_CATALOGUE).length + 2,
  );
});

Deno.test("metricTable() sorts by name", () => {
  const rows = metricTable([
    { name: "b_total", type: "counter", help: "B" },
    { name: "a_total", type: "counter", help: "A" },
  ]).split("\n");
  assert.match(rows[2] ?? "", /a_total/);
});
