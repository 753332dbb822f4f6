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

Deno.test("preprocessSpecSchema takes every way of open_clip's to resize", () => {
  for (const interpolation of ["bicubic", "bilinear", "random"]) {
    for (const resize_mode of ["shortest", "longest", "squash"]) {
      for (const fill of [{}, { fill_color: 0 }, { fill_color: 255 }]) {
        const spec = { ...SPEC, interpolation, resize_mode, ...fill };
        assert.deepEqual(preprocessSpecSchema.parse(spec), spec);
      }
    }
  }
});

Deno.test("preprocessSpecSchema refuses what is missing, unknown or out of range", () => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    size: [0, 224.5, [224, 448]],
    mean: [[0, 0]],
    std: [[1, 0, 1]],
    interpolation: ["lanczos", undefined],
    resize_mode: ["crop", undefined],
    fill_color: [-1, 256, 0.5, [0, 0, 0]],
    pillow: [11],
    more: [1],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const { success } = preprocessSpecSchema.safeParse({ ...SPEC, [name]: value });
      assert.equal(success, false, `${name}: ${value}`);
    }
  }
});
