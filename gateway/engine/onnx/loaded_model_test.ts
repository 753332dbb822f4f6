import assert from "node:assert/strict";
import { readDctManifest } from "../../../testing/dct_model.ts";
import { contradiction } from "./loaded_model.ts";

const MANIFEST = readDctManifest();
const LOADED = { inputNames: ["image"], outputNames: ["embedding"], runtime: "" };

Deno.test("contradiction() finds none in a model of the manifest's tensors, others that it gives included", () => {
  assert.equal(contradiction(LOADED, MANIFEST), undefined);
  const more = { ...LOADED, outputNames: ["tokens", "embedding"] };
  assert.equal(contradiction(more, MANIFEST), undefined);
});

for (
  const [what, loaded] of [
    ["another input", { ...LOADED, inputNames: ["pixels"] }],
    ["an input more", { ...LOADED, inputNames: ["image", "mask"] }],
    ["another output", { ...LOADED, outputNames: ["tokens"] }],
  ] as const
) {
  Deno.test(`contradiction() names tensors of a model with ${what}`, () => {
    const text = contradiction(loaded, MANIFEST) ?? "";
    assert.match(text, /^its tensors must be image → embedding: they are /);
    assert.ok(text.endsWith(`${loaded.inputNames} → ${loaded.outputNames}`));
  });
}
