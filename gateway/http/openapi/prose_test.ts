import assert from "node:assert/strict";
import { html } from "hono/html";
import { prose } from "./prose.ts";

async function written(text: string): Promise<string> {
  return String(
    await html`
      ${prose(text)}
    `,
  ).replaceAll(/\s*\n\s*/g, "");
}

Deno.test("prose() writes paragraphs, lists and code", async () => {
  assert.equal(
    await written("One `two`.\n\n- a\n- b"),
    "<p>One <code>two</code>.</p><ul><li>a</li><li>b</li></ul>",
  );
});

Deno.test("prose() escapes what could be markup", async () => {
  assert.equal(await written("<script> `&`"), "<p>&lt;script&gt; <code>&amp;</code></p>");
});
