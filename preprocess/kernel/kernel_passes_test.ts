import assert from "node:assert/strict";
import { casePixels } from "../../testing/resize_cases.ts";
import { resizeAndCrop } from "../resize/resize.ts";
import { AxisTableCache } from "./axis_tables.ts";
import { compileKernel, KernelInstance } from "./kernel_instance.ts";
import { resample } from "./kernel_passes.ts";
import { Arena, memoryBytes, planResize } from "./resize_plan.ts";

const SIZE = 40;

for (
  const [name, width, height] of [["copied", 40, 91], ["columns first", 133, 97], [
    "rows first",
    50,
    260,
  ], ["the crop itself", 40, 40]] as const
) {
  Deno.test(`resample() does not depend on the height of strips: ${name}`, () => {
    const shape = { width, height, mode: "RGB" } as const;
    const data = casePixels({ ...shape, pattern: "noise", seed: 5 });
    const expected = resizeAndCrop({ ...shape, data }, { size: SIZE, pillow: 13 });
    const arena = new Arena(new KernelInstance(compileKernel()).freeAddress);
    const target = arena.take(expected.length);
    const options = {
      size: SIZE,
      pillow: 13,
      start: arena.end,
      rgb: target,
      axes: new AxisTableCache(),
    } as const;
    const plan = planResize(shape, options);
    const least = plan.isVerticalFirst ? plan.rows.taps : 1;
    for (const more of [0, 1, 2, 3, 5, 50, 1000]) {
      const instance = new KernelInstance(compileKernel());
      const stripRows = least + more;
      instance.reserve(memoryBytes(plan, stripRows));
      resample({
        instance,
        image: { ...shape, data },
        plan: { ...plan, stripRows },
        isInside: false,
        target,
      });
      assert.deepEqual(new Uint8Array(instance.buffer, target, expected.length), expected);
    }
  });
}
