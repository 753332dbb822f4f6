// deno-lint-ignore-file no-console
/** `deno task bench:exactness`: the SIMD kernel beside the plain code on many random images. */
import fc from "fast-check";
import { KernelComparison, resizeCases } from "../../testing/resize_cases.ts";
import { positive, runProgram } from "../../command/program.ts";

const HELP = `Usage: deno task bench:exactness [options]

Compares crops and normalised inputs of random images, of the SIMD kernel and of the plain code, bit for bit.

  --cases N  how many images (2500)
  --seed N   makes them the same again (another one each time)`;

const OPTIONS = {
  cases: { type: "string", default: "2500" },
  seed: { type: "string", default: String(1 + Date.now() % (2 ** 31 - 1)) },
} as const;

function compare(cases: number, seed: number): void {
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
    { numRuns: cases, seed },
  );
  for (const [kind, count] of [...seen].sort()) console.log(`${kind}: ${count} equal`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${cases} cases, 0 differ, seed ${seed}, ${seconds} s`);
}

if (import.meta.main) {
  await runProgram({ help: HELP, options: OPTIONS }, ({ values }) => {
    compare(positive("cases", values.cases), positive("seed", values.seed));
    return Promise.resolve();
  });
}
