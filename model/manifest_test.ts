import assert from "node:assert/strict";
import { elementCount, itemByteLength, type ModelManifest, parseManifest } from "./manifest.ts";

const text = await Deno.readTextFile("model_repository/dct_512/manifest.json");

/** The manifest's text with some fields replaced. */
function changed(change: (manifest: ModelManifest) => Record<string, unknown>): string {
  const manifest: ModelManifest = JSON.parse(text);
  return JSON.stringify({ ...manifest, ...change(manifest) });
}

Deno.test("parseManifest() reads dct_512", () => {
  const manifest = parseManifest(text);
  assert.equal(manifest.name, "dct_512");
  assert.equal(manifest.architecture.type, "dct");
  assert.deepEqual(manifest.input, { name: "image", datatype: "FP32", shape: [3, 224, 224] });
  assert.deepEqual(manifest.output, { name: "embedding", datatype: "FP32", shape: [512] });
});

const broken: Record<string, string> = {
  "what is not JSON": "{",
  "a missing field": changed(() => ({ license: undefined })),
  "an unknown field": changed(() => ({ licence: "MIT" })),
  "a name that is no identifier": changed(() => ({ name: "../dct" })),
  "an unknown architecture": changed(() => ({ architecture: { type: "vit" } })),
  "a deviation of 0": changed(({ preprocess }) => ({
    preprocess: { ...preprocess, std: [0, 1, 1] },
  })),
  "an input that does not hold size² pixels": changed(({ input }) => ({
    input: { ...input, shape: [3, 224, 225] },
  })),
};
for (const [what, manifest] of Object.entries(broken)) {
  Deno.test(`parseManifest() rejects ${what}`, () => {
    assert.throws(() => parseManifest(manifest), { name: "SyntaxError" });
  });
}

Deno.test("parseManifest() says how many elements the input must hold", () => {
  const input = { name: "image", datatype: "FP32", shape: [3, 2, 2] };
  assert.throws(() => parseManifest(changed(() => ({ input }))), {
    message:
      "Cannot read model manifest: input shape must hold 150528 elements: current value is 12",
  });
});

Deno.test("elementCount() and itemByteLength() count one item", () => {
  const tensor = { name: "x", shape: [2, 3] };
  assert.equal(elementCount({ ...tensor, datatype: "FP32" }), 6);
  assert.equal(itemByteLength({ ...tensor, datatype: "FP32" }), 24);
  assert.equal(itemByteLength({ ...tensor, datatype: "UINT8" }), 6);
});
