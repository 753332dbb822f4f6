import assert from "node:assert/strict";
import { readResult } from "../bench/report/result_file.ts";
import { modelScaling, scalingPicture, SEEN } from "./scaling.ts";

const points = modelScaling(await readResult("wan"), 0.57);
const rate = (sends: string, gpus: number, clientsPerGpu = 1) =>
  points.find((one) =>
    one.sends === sends && one.gpus === gpus && one.clientsPerGpu === clientsPerGpu
  )?.imagesPerSecond ?? NaN;

Deno.test("modelScaling() has what was seen with tensors: one figure is fitted, the other follows", () => {
  assert.ok(Math.abs(rate("tensors", SEEN.gpus) / SEEN.imagesPerSecond - 1) < 0.01);
  const times = rate("tensors", SEEN.gpus) / rate("tensors", 1);
  assert.equal(times.toFixed(1), SEEN.timesOne.toFixed(1));
});

Deno.test("modelScaling() has four times one GPU's images with JPEGs", () => {
  assert.ok(rate("JPEGs", 4) / rate("JPEGs", 1) > 3.9);
  assert.ok(rate("JPEGs", 4, 4) > 0.9 * (4000 / 8.4));
});

Deno.test("scalingPicture() is a file of its own, says that it is simulated, and has every point", () => {
  for (const theme of ["light", "dark"] as const) {
    const svg = scalingPicture(points, theme);
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*SIMULATED.*<\/svg>\n$/s);
    assert.match(svg, /tensors, 4 GPUs, 4 in flight: 43\.\d\/s, 1\.8 × one GPU/);
    assert.equal(svg.match(/ × one GPU<\/text>/g)?.length, 6);
  }
});
