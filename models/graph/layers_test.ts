import assert from "node:assert/strict";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { quantizeColumns } from "./quantize.ts";
import { addLayerNorm, addLinear } from "./layers.ts";

const { width, mlp_width } = SMALL_TOWER;
const x = {
  data: Float32Array.from({ length: 2 * width }, (_, index) => Math.sin(index) * 2),
  dims: [2, 1, width],
};
const layer = {
  name: "layer",
  weight: "a.weight",
  bias: "a.bias",
  inWidth: width,
  outWidth: mlp_width,
};

/** W·x + b of the seeded layer, in double precision, with a change of W and of x. */
async function linear(
  changeWeight: (weight: Float32Array) => Float32Array,
  changeInput: (value: number) => number,
): Promise<number[]> {
  const weight = changeWeight(await SEEDED_WEIGHTS.tensor("a.weight", [mlp_width, width])());
  const bias = await SEEDED_WEIGHTS.tensor("a.bias", [mlp_width])();
  return [0, 1].flatMap((item) =>
    Array.from(bias, (shift, row) => {
      let sum = shift;
      for (let column = 0; column < width; column++) {
        const value = changeInput(x.data[item * width + column] as number);
        sum += (weight[row * width + column] as number) * value;
      }
      return sum;
    })
  );
}

function assertClose(actual: Float32Array, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  expected.forEach((element, index) => {
    const difference = Math.abs(element - (actual[index] as number));
    assert.ok(difference <= tolerance, `element ${index} is off by ${difference}`);
  });
}

Deno.test("addLayerNorm() normalises each token with the architecture's epsilon", async () => {
  for (const layer_norm_epsilon of [1e-5, 0.5]) {
    const { data } = await runLayers(
      { ...SMALL_TOWER, layer_norm_epsilon },
      (tower) => addLayerNorm(tower, "x", { name: "norm", prefix: "a.ln_1" }),
      x,
    );
    const gain = await SEEDED_WEIGHTS.tensor("a.ln_1.weight", [width])();
    const bias = await SEEDED_WEIGHTS.tensor("a.ln_1.bias", [width])();
    const expected = [0, 1].flatMap((item) => {
      const token = [...x.data.subarray(item * width, (item + 1) * width)];
      const mean = token.reduce((sum, value) => sum + value, 0) / width;
      const variance = token.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      return token.map((value, index) =>
        (value - mean) / Math.sqrt(variance + layer_norm_epsilon) * (gain[index] as number) +
        (bias[index] as number)
      );
    });
    assertClose(data, expected, 1e-6);
  }
});

Deno.test("addLinear() multiplies by the transposed weight and adds the bias", async () => {
  const { data, dims } = await runLayers(SMALL_TOWER, (tower) => addLinear(tower, "x", layer), x);
  assert.deepEqual(dims, [2, 1, mlp_width]);
  assertClose(data, await linear((weight) => weight, (value) => value), 1e-6);
});

Deno.test("addLinear() in 8 bits rounds rows of the weight and the whole input", async () => {
  const { data } = await runLayers(
    { ...SMALL_TOWER, quantization: "int8_dynamic" },
    (tower) => addLinear(tower, "x", layer),
    x,
  );
  const [least, most] = [Math.min(0, ...x.data), Math.max(0, ...x.data)];
  const step = (most - least) / 255;
  const expected = await linear(
    (weight) =>
      Float32Array.from({ length: weight.length }, (_, position) => {
        const start = position - position % width;
        // One row is one column of the transposed matrix.
        const { values, scales } = quantizeColumns(weight.slice(start, start + width), 1);
        return (values[position - start] as number) * (scales[0] as number);
      }),
    (value) => Math.round(value / step) * step,
  );
  assertClose(data, expected, 1e-5);
  const exact = await linear((weight) => weight, (value) => value);
  assert.ok(exact.some((element, index) => Math.abs(element - (data[index] as number)) > 1e-3));
});
