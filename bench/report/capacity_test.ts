import assert from "node:assert/strict";
import { capacityRows, capacityTable } from "./capacity.ts";

const SIZE = {
  photoSize: "224",
  jpegBytesMean: 10_000,
  clients: 8,
  requests: 100,
  errors: {},
  imagesPerSecond: 500,
  latencyMsP50: 10,
  gatewayCpuMs: 1,
  residentMiB: 200,
} as const;

Deno.test("capacityRows() turns a millisecond an image into cores, bandwidth and replicas", () => {
  const [t4] = capacityRows([SIZE]);
  assert.deepEqual(t4, {
    photo: "224 px",
    jpegBytes: 10_000,
    gpu: "T4",
    imagesPerSecond: 2200,
    cores: 2.2,
    replicas: 1,
    jpegGbit: 0.176,
    tensorGbit: (602_112 * 2200 * 8) / 1e9,
  });
});

Deno.test("capacityRows() prices GPU and cores together", () => {
  const [t4] = capacityRows([SIZE], { gpuHour: 0.6, coreHour: 0.05 });
  assert.equal(t4?.costPerThousand, (0.71 * 1000) / (2200 * 3600));
});

Deno.test("capacityTable() has a row a size and GPU, and a column more with prices", () => {
  const lines = capacityTable([SIZE]).split("\n");
  assert.equal(lines.length, 6);
  assert.match(
    lines[2] ?? "",
    /^\| 224 px, 10 kB \| +T4 \| +2,200 \| +2\.2 \| +1 \| +0\.176 \(tensors 10\.6\) \|$/,
  );
  const priced = capacityTable([SIZE], { gpuHour: 0.6, coreHour: 0.05 }).split("\n");
  assert.match(priced[0] ?? "", /cost of 1,000 images \|$/);
});
