import assert from "node:assert/strict";
import { integer } from "../gateway/config/config_field.ts";
import { ERROR_CATALOGUE } from "../gateway/contract/catalogue.ts";
import { createTestApp } from "../testing/app_harness.ts";
import { allMetrics, errors, http, metrics, settings } from "./reference.ts";

Deno.test("settings() shows name, default, bounds with unit, and meaning", () => {
  const field = integer("GATEWAY_X", { default: 5, unit: "ms", range: [1, 9], doc: "Time | of x" });
  assert.match(settings([field]), /\| `GATEWAY_X` \| `5` {4} \| 1–9 ms {2}\| Time \\\| of x \|/);
});

Deno.test("errors() has a row for every code", () => {
  for (const code of Object.keys(ERROR_CATALOGUE)) assert.match(errors(), RegExp(`\`${code}\``));
});

Deno.test("metrics() shows labels; allMetrics() sorts by name and has those read when looked at", () => {
  const entries = allMetrics();
  const names = entries.map(({ name }) => name);
  assert.deepEqual(names, names.toSorted());
  assert.ok(names.includes("gateway_memory_resident_bytes"));
  assert.match(
    metrics(entries),
    /\| `gateway_images_total` +\| counter +\| `model`, `format`, `code` +\| Images, by format/,
  );
});

Deno.test("http() shows every route of the app once, whether it wants a key, dialects, options, headers", () => {
  const text = http();
  assert.match(text, /\| `GET \/livez` +\| no +\|/);
  assert.match(text, /\| `GET \/metrics` +\| yes +\|/);
  assert.match(text, /\| `POST \/embed` +\| yes +\| Embeddings/);
  assert.match(text, /\| native +\| `\/embed` +\| `Authorization: Bearer KEY` +\|/);
  assert.match(text, /\| `retry-after` +\| 429, 503 +\| Seconds/);
  assert.match(text, /\| `on_error` +\| .*fail.* \| `fail` +\|/);
});

Deno.test("http() says of each route whether it wants a key as the app does", async () => {
  await using app = await createTestApp({ apiKeys: ["0123456789abcdef"] });
  const rows = [...http().matchAll(/^\| `(GET|POST) (\S+)` +\| (yes|no) /gm)];
  assert.ok(rows.length > 8);
  for (const [, method = "", path = "", key] of rows) {
    const { status } = await app.request(path, { method });
    assert.equal(status === 401, key === "yes", path);
  }
});
