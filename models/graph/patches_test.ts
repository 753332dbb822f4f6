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

Deno.test("countPatches() refuses patches that do not fill the image", () => {
  assert.equal(countPatches(manifest, 3), 4);
  assert.throws(() => countPatches(manifest, 4), {
    name: "RangeError",
    message: "Cannot build openclip_vit_b32: patch_size must divide 6: current value is 4",
  });
});
