import assert from "node:assert/strict";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { Safetensors } from "../weights/safetensors.ts";
import { readLogits } from "./logits.ts";

Deno.test("readLogits() reads how a checkpoint weighs cosines, where it says so", async () => {
  for (const name of ["vit_b_32", "siglip"]) {
    const { checkpoint, logitScale, logitBias } = readTowerGolden(name);
    using weights = await Safetensors.open(checkpoint);
    const logits = await readLogits(weights);
    assert.ok(Math.abs((logits.logitScale ?? 0) / logitScale - 1) < 1e-6, `${logits.logitScale}`);
    assert.equal(logits.logitBias, logitBias);
  }
});

Deno.test("readLogits() takes a list of one for a number, and nothing for nothing", async () => {
  const tensor = () => () => Promise.resolve(new Float32Array([0]));
  assert.deepEqual(await readLogits({ tensor, shapes: new Map([["logit_scale", [1]]]) }), {
    logitScale: 1,
  });
  assert.deepEqual(await readLogits({ tensor, shapes: new Map() }), {});
});
