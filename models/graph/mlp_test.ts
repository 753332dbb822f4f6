import assert from "node:assert/strict";
import { runLayers, SEEDED_WEIGHTS, SMALL_TOWER } from "../../testing/models/run_graph.ts";
import { addMlp } from "./mlp.ts";

const { width, mlp_width } = SMALL_TOWER;
const first = { weight: "a.weight", bias: "a.bias" };
const second = { weight: "b.weight", bias: "b.bias" };
const x = {
  data: Float32Array.from({ length: width }, (_, index) => 3 * Math.sin(index)),
  dims: [1, 1, width],
};

/** erf(x) by its series, to double precision for what stands here. */
function erf(x: number): number {
  let [sum, term] = [0, x];
  for (let n = 0; n < 100; n++) {
    sum += term / (2 * n + 1);
    term *= -x * x / (n + 1);
  }
  return 2 / Math.sqrt(Math.PI) * sum;
}

const ACTIVATIONS = {
  gelu_erf: (x: number) => x / 2 * (1 + erf(x / Math.SQRT2)),
  gelu_tanh: (x: number) =>
    x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  quick_gelu: (x: number) => x / (1 + Math.exp(-1.702 * x)),
};

async function linear(input: readonly number[], names: typeof first, outWidth: number) {
  const rows = await SEEDED_WEIGHTS.tensor(names.weight, [outWidth, input.length])();
  const bias = await SEEDED_WEIGHTS.tensor(names.bias, [outWidth])();
  return Array.from(
    bias,
    (shift, row) =>
      input.reduce(
        (sum, x, index) => sum + x * (rows[row * input.length + index] as number),
        shift,
      ),
  );
}

for (const [name, activation] of Object.entries(ACTIVATIONS)) {
  Deno.test(`addMlp() activates by ${name}`, async () => {
    const architecture = { ...SMALL_TOWER, activation: name as keyof typeof ACTIVATIONS };
    const place = { graph: "g", output: "mlp", first, second };
    const { data } = await runLayers(architecture, (tower) => addMlp(tower, "x", place), x);
    const wide = await linear([...x.data], first, mlp_width);
    const expected = await linear(wide.map(activation), second, width);
    expected.forEach((element, index) => {
      const difference = Math.abs(element - (data[index] as number));
      assert.ok(difference < 2e-6, `element ${index} is off by ${difference}`);
    });
  });
}
