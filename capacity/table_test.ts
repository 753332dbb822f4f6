import assert from "node:assert/strict";
import { readInputs } from "./inputs.ts";
import { short } from "../bench/report/svg.ts";
import { capacityTable } from "./table.ts";

const SIZE = {
  photoSize: "224",
  jpegBytesMean: 10_000,
  imagesPerSecond: 500,
  gatewayCpuMs: 1,
} as const;
const INPUTS = {
  sizes: [SIZE],
  limits: [
    { isolates: 8, photoSize: "224", imagesPerSecond: 1500 },
    { isolates: 1, photoSize: "224", imagesPerSecond: 10 },
  ],
  gpus: [
    { gpu: "T4", source: "published", imagesPerSecond: 2200 },
    { gpu: "H100", source: "measured", imagesPerSecond: 30_000 },
  ],
} as const;

Deno.test("capacityTable() has a row a size and GPU, and a column more with prices", () => {
  const lines = capacityTable(INPUTS).split("\n");
  assert.equal(lines.length, 4);
  assert.match(
    lines[2] ?? "",
    /^\| 224 px, 10 kB \| +T4 \(published\) \| +2,200 \| +2\.2 \| +2 \| +0\.176 \(tensors 10\.6\) \|$/,
  );
  const priced = capacityTable(INPUTS, { gpuHour: 0.6, coreHour: 0.05 }).split("\n");
  assert.match(priced[0] ?? "", /cost of 1,000 images \|$/);
  // GPU and 2.2 cores for an hour: 0.71.
  assert.match(priced[2] ?? "", / 0\.0000896 \|$/);
});

Deno.test("capacityTable() has processes enough for the cores where their rate was not measured", () => {
  const unmeasured = { ...SIZE, photoSize: "4000", gatewayCpuMs: 10 } as const;
  const [, , row = ""] = capacityTable({ ...INPUTS, sizes: [unmeasured] }).split("\n");
  // 22 cores, 8 a process.
  assert.match(row, / 22 \| +3 \| /);
});

/** Rows of the committed table: size, GPU, images a second, cores, processes, Gbit/s, those of tensors. */
async function committedRows(): Promise<string[][]> {
  const text = await Deno.readTextFile(new URL("../docs/capacity.md", import.meta.url));
  const [, section = ""] = /BEGIN generated: capacity -->(.*?)<!-- END/s.exec(text) ?? [];
  return section.trim().split("\n").slice(2).map((line) =>
    (/^\| (\d+) px, .*? \| +(.*?) \(.*?\) \| +(.*?) \| +(.*?) \| +(.*?) \| +(.*?) \(tensors (.*?)\) \|$/
      .exec(line) ?? []).slice(1)
  );
}

Deno.test("every row of docs/capacity.md follows from the measurements, and no process is above what one did", async () => {
  const { sizes, limits, gpus } = await readInputs();
  const rows = await committedRows();
  assert.equal(rows.length, sizes.length * gpus.length);
  for (const [photoSize, gpu, ...cells] of rows) {
    const [rate = NaN, cores = NaN, processes = NaN, gbit = NaN, tensors = NaN] = cells.map((
      cell,
    ) => Number(cell.replaceAll(",", "")));
    const size = sizes.find((one) => one.photoSize === photoSize);
    const isKnown = gpus.some((one) =>
      one.gpu === gpu && short(one.imagesPerSecond) === short(rate)
    );
    assert.ok(size !== undefined && isKnown, `${photoSize} ${gpu}`);
    const near = (actual: number, expected: number) =>
      assert.ok(
        Math.abs(actual / expected - 1) < 0.01,
        `${photoSize} ${gpu}: ${actual}, ${expected}`,
      );
    const exact = (rate * size.gatewayCpuMs) / 1000;
    near(cores, exact);
    near(gbit, (rate * size.jpegBytesMean * 8) / 1e9);
    near(tensors, (rate * 602_112 * 8) / 1e9);
    const eight = limits.find((one) => one.isolates === 8 && one.photoSize === photoSize);
    const isEnough = (count: number) =>
      count * 8 >= exact && count * (eight?.imagesPerSecond ?? Infinity) >= rate;
    assert.ok(isEnough(processes) && !isEnough(processes - 1), `${photoSize} ${gpu}: ${processes}`);
  }
});
