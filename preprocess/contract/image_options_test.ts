import assert from "node:assert/strict";
import { OPEN_CLIP } from "./image_options.ts";

Deno.test("OPEN_CLIP turns no photo and decodes as Pillow does", () => {
  assert.deepEqual(OPEN_CLIP, { orient: "none", decode: "exact" });
});
