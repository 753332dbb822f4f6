import assert from "node:assert/strict";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { addPatches, countPatches } from "./patches.ts";

const { width, patch_size: patchSize } = SMALL_TOWER;
const base = readRepositoryManifest("openclip_vit_b32");
const SIZE = 6;
const manifest = {
  ...base,
  preprocess: { ...base.preprocess, size: SIZE },
  input: { ...base.input, name: "x", shape: [3, SIZE, SIZE] },
};
const x = {
  data: Float32Array.from({ length: 3 * SIZE ** 2 }, (_, index) => Math.sin(index ** 2)),
  dims: [1, 3, SIZE, SIZE],
};

Deno.test("addPatches() makes a token of each patch, row by row, with a bias or without", async () => {
  const kernels = await SEEDED_WEIGHTS.tensor("w", [width, 3, patchSize, patchSize])();
  const shift = await SEEDED_WEIGHTS.tensor("b", [width])();
  for (const bias of [undefined, "b"]) {
    const layer = { patchSize, weight: "w", ...bias !== undefined && { bias } };
    const { data, dims } = await runLayers(
      SMALL_TOWER,
      (tower) => addPatches(tower, manifest, layer),
      x,
    );
    assert.deepEqual(dims, [1, 9, width]);
    data.forEach((element, index) => {
      const [patch, channel] = [Math.floor(index / width), index % width];
      let sum = bias === undefined ? 0 : shift[channel] as number;
      for (let tap = 0; tap < 3 * patchSize ** 2; tap++) {
        const row = Math.floor(patch / 3) * patchSize + Math.floor(tap / patchSize) % patchSize;
        const column = patch % 3 * patchSize + tap % patchSize;
        const plane = Math.floor(tap / patchSize ** 2);
        sum += (kernels[channel * 3 * patchSize ** 2 + tap] as number) *
          (x.data[plane * SIZE ** 2 + row * SIZE + column] as number);
      }
      assert.ok(Math.abs(element - sum) < 1e-6, `element ${index}`);
    });
  }
});

Deno.test("addPatches() leaves out what is too small for a patch", async () => {
  const side = 4;
  const layer = { patchSize: side, weight: "w" };
  const add = (size: number) => {
    const { data, dims } = x;
    const cut = { data: new Float32Array(3 * size ** 2), dims: [1, 3, size, size] };
    for (let index = 0; index < cut.data.length; index++) {
      const [plane, row] = [Math.floor(index / size ** 2), Math.floor(index / size) % size];
      cut.data[index] = data[plane * SIZE ** 2 + row * SIZE + index % size] as number;
    }
    assert.equal(dims[2], SIZE);
    const preprocess = { ...manifest.preprocess, size };
    const input = { ...manifest.input, shape: [3, size, size] };
    return runLayers(
      SMALL_TOWER,
      (tower) => addPatches(tower, { ...manifest, preprocess, input }, layer),
      cut,
    );
  };
  const whole = await add(side);
  assert.deepEqual(whole.dims, [1, 1, width]);
  assert.deepEqual(await add(SIZE), whole);
});

Deno.test("countPatches() refuses a patch that is larger than the image", () => {
  assert.deepEqual([countPatches(manifest, 3), countPatches(manifest, 4)], [4, 1]);
  assert.throws(() => countPatches(manifest, 7), {
    name: "RangeError",
    message: "Cannot build openclip_vit_b32: patch_size must be ≤ 6: current value is 7",
  });
});
