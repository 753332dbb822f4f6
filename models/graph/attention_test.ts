import assert from "node:assert/strict";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { addAttention, addHeads } from "./attention.ts";

const { width, heads } = SMALL_TOWER;
const depth = width / heads;
const TOKENS = 4;
/** Queries, keys and values of two items, side by side. */
const x = {
  data: Float32Array.from(
    { length: 2 * TOKENS * 3 * width },
    (_, index) => 2 * Math.sin(index ** 2),
  ),
  dims: [2, TOKENS, 3 * width],
};
const outProjection = { weight: "o.weight", bias: "o.bias" };
const MASK = Float32Array.from(
  { length: TOKENS ** 2 },
  (_, index) => index % TOKENS > Math.floor(index / TOKENS) ? -65504 : 0,
);

async function attend(mask: Float32Array | undefined): Promise<Float32Array> {
  const { data, dims } = await runLayers(SMALL_TOWER, (tower) =>
    addAttention(
      tower,
      addHeads(tower, "x", { prefix: "a", names: ["queries", "keys", "values"] }),
      {
        graph: "a",
        output: "attended",
        outProjection,
        mask: mask && tower.graph.constant("mask", [TOKENS, TOKENS], mask),
      },
    ), x);
  assert.deepEqual(dims, [2, TOKENS, width]);
  return data;
}

/** The same by the formula, in double precision, with `sees` in place of a mask. */
async function expected(sees: (query: number, key: number) => boolean): Promise<number[]> {
  const at = (item: number, token: number, channel: number) =>
    x.data[(item * TOKENS + token) * 3 * width + channel] as number;
  const range = (length: number) => Array.from({ length }, (_, index) => index);
  const mixed = range(2).flatMap((item) =>
    range(TOKENS).map((token) =>
      range(width).map((channel) => {
        const start = Math.floor(channel / depth) * depth;
        const keys = range(TOKENS).filter((key) => sees(token, key));
        const shares = keys.map((key) =>
          Math.exp(
            range(depth).reduce(
              (sum, c) => sum + at(item, token, start + c) * at(item, key, width + start + c),
              0,
            ) / Math.sqrt(depth),
          )
        );
        const total = shares.reduce((a, b) => a + b);
        return keys.reduce(
          (sum, key, index) =>
            sum + (shares[index] as number) / total * at(item, key, 2 * width + channel),
          0,
        );
      })
    )
  );
  const rows = await SEEDED_WEIGHTS.tensor("o.weight", [width, width])();
  const bias = await SEEDED_WEIGHTS.tensor("o.bias", [width])();
  return mixed.flatMap((token) =>
    Array.from(
      bias,
      (shift, row) =>
        token.reduce((sum, value, c) => sum + value * (rows[row * width + c] as number), shift),
    )
  );
}

function assertClose(actual: Float32Array, wanted: readonly number[]): void {
  wanted.forEach((element, index) => {
    const difference = Math.abs(element - (actual[index] as number));
    assert.ok(difference < 2e-6, `element ${index} is off by ${difference}`);
  });
}

Deno.test("addAttention() mixes values by softmax of queries and keys, head by head", async () => {
  assertClose(await attend(undefined), await expected(() => true));
});

Deno.test("addAttention() gives nothing of what is masked", async () => {
  assertClose(await attend(MASK), await expected((query, key) => key <= query));
});
