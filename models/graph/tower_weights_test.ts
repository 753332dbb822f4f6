import assert from "node:assert/strict";
import { TowerWeights } from "./tower_weights.ts";

function weightsOf(...names: string[]): TowerWeights {
  const tensor = () => () => Promise.resolve(new Float32Array(1));
  return new TowerWeights({ tensor, shapes: new Map(names.map((name) => [name, [1]])) });
}

Deno.test("TowerWeights.assertUsed() refuses what is left over of the tower, and minds no other", () => {
  const weights = weightsOf("logit_scale", "visual.a", "transformer.b", "text_projection");
  weights.tensor("visual.a", [1]);
  weights.assertUsed({ name: "m", modality: "image" });
  weights.tensor("transformer.b", [1]);
  assert.throws(() => weights.assertUsed({ name: "m", modality: "text" }), {
    name: "RangeError",
    message:
      "Cannot build m: its checkpoint has text_projection, for which the manifest's architecture has no place",
  });
  weights.tensor("text_projection", [1]);
  weights.assertUsed({ name: "m", modality: "text" });
});

Deno.test("TowerWeights.assertUsed() minds nothing where there is whatever is asked for", () => {
  const tensor = () => () => Promise.resolve(new Float32Array(1));
  new TowerWeights({ tensor }).assertUsed({ name: "m", modality: "image" });
});
