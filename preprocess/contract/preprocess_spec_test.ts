import assert from "node:assert/strict";
import { parsePreprocessSpec } from "./preprocess_spec.ts";

const SPEC = {
  size: 224,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  interpolation: "bicubic",
  resize_mode: "shortest",
  pillow: 13,
};

function manifest(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({ name: "any", preprocess: { ...SPEC, ...changes }, input: {} });
}

Deno.test("parsePreprocessSpec() reads how photos become input, whatever else the manifest says", () => {
  assert.deepEqual(parsePreprocessSpec(manifest()), SPEC);
  assert.equal(parsePreprocessSpec(manifest({ pillow: 12 })).pillow, 12);
});

Deno.test("parsePreprocessSpec() refuses what is missing, unknown or out of range", () => {
  const wrong = { size: 0, mean: [0, 0], std: [1, 0, 1], interpolation: "bilinear", pillow: 11 };
  for (const [name, value] of Object.entries({ ...wrong, resize_mode: undefined, more: 1 })) {
    assert.throws(() => parsePreprocessSpec(manifest({ [name]: value })), {
      name: "SyntaxError",
      message: /^Cannot read model manifest: /,
    }, name);
  }
  assert.throws(() => parsePreprocessSpec("{}"), SyntaxError);
  assert.throws(() => parsePreprocessSpec("{"), SyntaxError);
});
