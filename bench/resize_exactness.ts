// deno-lint-ignore-file no-console
/**
 * Compares the SIMD kernel with the plain code on many random images, crop and normalised input, bit for bit.
 *
 * deno run -A bench/resize_exactness.ts [--cases=2500] [--seed=N]
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { KernelComparison, resizeCases } from "../testing/resize_cases.ts";

const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "2500" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const comparison = new KernelComparison();
const seen = new Map<string, number>();
const started = performance.now();
// Throws with the smallest case that it finds.
fc.assert(
  fc.property(resizeCases, (resizeCase) => {
    comparison.assertEqual(resizeCase);
    const { channels, pillow, memory } = resizeCase;
    const kind = `${channels} channels, Pillow ${pillow}, ${memory}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }),
  { numRuns: Number(values.cases), seed: Number(values.seed) },
);
for (const [kind, count] of [...seen].sort()) console.log(`${kind}: ${count} equal`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${values.cases} cases, 0 differ, seed ${values.seed}, ${seconds} s`);
