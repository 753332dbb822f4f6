import assert from "node:assert/strict";
import { readEmbedding } from "../../testing/photos_library.ts";
import { defaultThreshold } from "./threshold.ts";

Deno.test("defaultThreshold() knows the space of the model that comes with the gateway", async () => {
  assert.equal(defaultThreshold((await readEmbedding("photos/cat.jpg")).space), 0.5);
});

Deno.test("defaultThreshold() takes other spaces for CLIP's", () => {
  assert.equal(defaultThreshold("s1-0000000000000000"), 0.95);
});
