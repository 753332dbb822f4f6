import assert from "node:assert/strict";
import { capacityTable } from "./capacity.ts";

const SIZE = {
  photoSize: "224",
  jpegBytesMean: 10_000,
  imagesPerSecond: 500,
  gatewayCpuMs: 1,
} as const;

Deno.test("capacityTable() has a row a size and GPU, and a column more with prices", () => {
  const lines = capacityTable([SIZE]).split("\n");
  assert.equal(lines.length, 6);
  assert.match(
    lines[2] ?? "",
    /^\| 224 px, 10 kB \| +T4 \| +2,200 \| +2\.2 \| +1 \| +0\.176 \(tensors 10\.6\) \|$/,
  );
  const priced = capacityTable([SIZE], { gpuHour: 0.6, coreHour: 0.05 }).split("\n");
  assert.match(priced[0] ?? "", /cost of 1,000 images \|$/);
  // GPU and 2.2 cores for an hour: 0.71.
  assert.match(priced[2] ?? "", / 0\.0000896 \|$/);
});
