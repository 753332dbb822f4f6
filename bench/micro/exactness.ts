/** The SIMD kernel beside the plain code on many random images, bit for bit. */
import fc from "../../testing/fast_check.ts";
import { KernelComparison, resizeCases } from "../../testing/resize_cases.ts";

/** What was compared. @throws {Error} with the smallest case that differs. */
export function compareKernel(cases: number, seed: number): string {
  const comparison = new KernelComparison();
  const seen = new Map<string, number>();
  const compare = fc.property(resizeCases, (resizeCase) => {
    comparison.assertEqual(resizeCase);
    const { mode, pillow, memory, resize_mode = "shortest" } = resizeCase;
    const kind = `${mode}, Pillow ${pillow}, ${resize_mode}, ${memory}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  });
  fc.assert(compare, { numRuns: cases, seed });
  const lines = [...seen].sort().map(([kind, count]) => `${kind}: ${count} equal`);
  return [...lines, `${cases} cases, 0 differ, seed ${seed}`].join("\n");
}
