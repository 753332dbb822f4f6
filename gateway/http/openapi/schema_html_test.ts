import assert from "node:assert/strict";
import { html } from "hono/html";
import { schemaHtml } from "./schema_html.ts";

Deno.test("schemaHtml() links to what a schema names, and escapes the rest", async () => {
  const schema = { anyOf: [{ $ref: "#/components/schemas/a.b" }, { enum: ["<b>"] }] };
  const text = String(
    await html`
      ${schemaHtml(schema)}
    `,
  );
  assert.equal(text.trim(), '<a href="#a.b">a.b</a> | &quot;<a href="#b">b</a>&quot;');
});
