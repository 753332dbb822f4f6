import assert from "node:assert/strict";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { addBlock, openClipBlock } from "./block.ts";

const { width } = SMALL_TOWER;
const TOKENS = 5;
const x = {
  data: Float32Array.from({ length: 2 * TOKENS * width }, (_, index) => Math.sin(index * index)),
  dims: [2, TOKENS, width],
};

async function runBlock(isLast: boolean, input: typeof x = x) {
  return await runLayers(
    SMALL_TOWER,
    (tower) =>
      addBlock(tower, "x", {
        name: "block",
        tensors: openClipBlock("a", false),
        pick: isLast
          ? (input, name) =>
            tower.graph.node(name, { type: "Gather", attributes: { axis: 1 } }, [
              input,
              tower.graph.constant(`${name}_index`, [1], new BigInt64Array([0n])),
            ])
          : undefined,
      }),
    input,
  );
}

Deno.test("addBlock() mixes tokens of a picture, and never those of two", async () => {
  const { data, dims } = await runBlock(false);
  assert.deepEqual(dims, [2, TOKENS, width]);
  const item = TOKENS * width;
  const changed = x.data.slice();
  changed[item - 1] = 3;
  const { data: other } = await runBlock(false, { ...x, data: changed });
  assert.notDeepEqual(other.slice(0, width), data.slice(0, width));
  assert.deepEqual(other.slice(item), data.slice(item));
});

Deno.test("addBlock() computes of the last block what of the others is the class token", async () => {
  const { data: all } = await runBlock(false);
  const { data: classTokens, dims } = await runBlock(true);
  assert.deepEqual(dims, [2, 1, width]);
  classTokens.forEach((element, index) => {
    const [item, place] = [Math.floor(index / width), index % width];
    const expected = all[item * TOKENS * width + place] as number;
    assert.ok(Math.abs(element - expected) < 1e-6, `element ${index}`);
  });
});

Deno.test("addBlock() adds what it computes to what came in", async () => {
  const names = ["attn.out_proj", "mlp.c_proj"];
  const silenced = {
    tensor: (name: string, shape: readonly number[]) => async () => {
      const elements = await SEEDED_WEIGHTS.tensor(name, shape)();
      return names.some((part) => name.includes(part)) ? elements.fill(0) : elements;
    },
  };
  const { data } = await runLayers(
    SMALL_TOWER,
    (tower) =>
      addBlock({ ...tower, weights: silenced }, "x", {
        name: "block",
        tensors: openClipBlock("a", false),
      }),
    x,
  );
  assert.deepEqual(data, x.data);
});
