import assert from "node:assert/strict";
import { preprocessSpecSchema } from "./preprocess_spec.ts";

const SPEC = {
  size: 224,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
  interpolation: "bicubic",
  resize_mode: "shortest",
  pillow: 13,
};

Deno.test("preprocessSpecSchema takes how photos become input", () => {
  assert.deepEqual(preprocessSpecSchema.parse(SPEC), SPEC);
  assert.equal(preprocessSpecSchema.parse({ ...SPEC, pillow: 12 }).pillow, 12);
});

Deno.test("preprocessSpecSchema refuses what is missing, unknown or out of range", () => {
  const wrong = { size: 0, mean: [0, 0], std: [1, 0, 1], interpolation: "bilinear", pillow: 11 };
  for (const [name, value] of Object.entries({ ...wrong, resize_mode: undefined, more: 1 })) {
    assert.ok(!preprocessSpecSchema.safeParse({ ...SPEC, [name]: value }).success, name);
  }
});
