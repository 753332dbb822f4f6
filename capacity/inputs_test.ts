import assert from "node:assert/strict";
import { measuredRates, newestCosts, readInputs } from "./inputs.ts";

const SIZE = {
  photoSize: "224",
  jpegBytesMean: 10_000,
  imagesPerSecond: 1,
  gatewayCpuMs: 0.7,
} as const;
const turn = (cpuMs: number) => ({
  requests: 1,
  failures: 0,
  requestsPerSecond: 1,
  p50: 1,
  p99: 1,
  cpuMs,
  residentMiB: 1,
});

Deno.test("newestCosts() takes the contest beside Triton, its median, and else leaves a size as it is", () => {
  const standings = [
    { label: "gateway", rounds: [0.5, 0.9, 0.6].map(turn) },
    { label: "native", rounds: [turn(0.2)] },
  ];
  const contests = [
    { name: "thumbnails", photoSize: "224", standings: [{ label: "", rounds: [turn(9)] }] },
    { name: "triton-thumbnails", photoSize: "224", standings },
  ];
  const large = { ...SIZE, photoSize: "4000" } as const;
  assert.deepEqual(newestCosts([SIZE, large], contests), [{ ...SIZE, gatewayCpuMs: 0.6 }, large]);
});

Deno.test("measuredRates() has a rate a precision, with batches as large as models have", () => {
  const row = (precision: string, batch: number, medianMs: number) => ({
    ...{ precision, provider: "CUDA", batch, medianMs, hostMs: 99 },
  });
  const rows = [row("FP16", 64, 9), row("FP16", 16, 3), row("TF32", 32, 8), row("FP16", 32, 4)];
  assert.deepEqual(measuredRates({ gpu: "H100", rows }), [
    { gpu: "H100, TF32", source: "measured", imagesPerSecond: 4000 },
    { gpu: "H100, FP16", source: "measured", imagesPerSecond: 8000 },
  ]);
});

Deno.test("readInputs() has the rates of isolates that decision 0024 has", async () => {
  const path = "../docs/decisions/0024-an-isolate-a-core.md";
  const text = await Deno.readTextFile(new URL(path, import.meta.url));
  const rows = [...text.matchAll(/^\| (\d) +\| +([\d,]+), \d+ ms \| +([\d,]+), \d+ ms \|/gm)];
  const stated = rows.flatMap(([, isolates, small = "", large = ""]) =>
    [["224", small], ["640", large]].map(([photoSize, rate = ""]) =>
      `${isolates} ${photoSize} ${rate.replace(",", "")}`
    )
  );
  const { limits } = await readInputs();
  assert.equal(stated.length, 8);
  assert.deepEqual(
    limits.map((one) => `${one.isolates} ${one.photoSize} ${one.imagesPerSecond}`),
    stated,
  );
});
