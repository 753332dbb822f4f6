/** Windows onto an axis that is resized: any sizes, whole or cut, plain or with a box that ends between samples. */
import type { AxisWindow } from "../preprocess/resize/axis_weights.ts";
import fc from "./fast_check.ts";

export const AXIS_WINDOWS: fc.Arbitrary<AxisWindow> = fc
  .record({
    inSize: fc.integer({ min: 1, max: 3000 }),
    outSize: fc.integer({ min: 1, max: 600 }),
    interpolation: fc.constantFrom<AxisWindow["interpolation"][]>("bicubic", "bilinear"),
    // Eighths of a sample that scaling rounded up to the axis, on either end.
    box: fc.option(fc.record({ spare: fc.integer({ min: 0, max: 7 }), isTurned: fc.boolean() })),
  })
  .chain(({ box, ...sizes }) =>
    fc.integer({ min: 0, max: sizes.outSize - 1 }).chain((start) =>
      fc.integer({ min: 1, max: Math.min(40, sizes.outSize - start) })
        .map((count) => ({
          ...sizes,
          start,
          count,
          box: box === null ? undefined : {
            start: box.isTurned ? box.spare / 8 : 0,
            length: sizes.inSize - box.spare / 8,
          },
        }))
    )
  );
