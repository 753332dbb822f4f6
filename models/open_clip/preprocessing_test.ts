import assert from "node:assert/strict";
import { preprocessSpec } from "./preprocessing.ts";

Deno.test("preprocessSpec() refuses pictures that cannot be made", () => {
  const refusals: [unknown, RegExp][] = [
    [
      { interpolation: "lanczos" },
      /^preprocess_cfg\.interpolation must be bicubic, bilinear or random: current value is lanczos$/,
    ],
    [
      { resize_mode: "center" },
      /^preprocess_cfg\.resize_mode must be shortest, longest or squash: current value is center$/,
    ],
    [{ mode: "L" }, /^preprocess_cfg\.mode is malformed: /],
    [{ mean: [1, 2] }, /^preprocess_cfg\.mean is malformed: /],
    [{ gamma: 2.2 }, /^preprocess_cfg\.gamma is not known here, and may change vectors$/],
  ];
  for (const [config, message] of refusals) {
    assert.throws(() => preprocessSpec(config, 224), { name: "UnsupportedModelError", message });
  }
});
