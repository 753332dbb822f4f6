import assert from "node:assert/strict";
import { DOCS_STYLE } from "./docs_style.ts";

Deno.test("DOCS_STYLE loads nothing, and knows both colours and narrow screens", () => {
  assert.ok(!/url\(|@import/.test(DOCS_STYLE));
  assert.ok(DOCS_STYLE.includes("prefers-color-scheme: dark"));
  assert.ok(DOCS_STYLE.includes("max-width: 38rem"));
});
