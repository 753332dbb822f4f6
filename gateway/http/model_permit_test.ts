/** What a request holds of the models that it asks. */
import assert from "node:assert/strict";
import { createAdmission, enter, LIMITS, MODELS } from "../../testing/model_floods.ts";
import { thrownBy } from "../../testing/thrown.ts";
import { Admission } from "./admission.ts";

Deno.test("a client's share of a model's inputs is kept from one that asks for all of them", () => {
  const admission = createAdmission();
  using _modest = enter(admission, "a", { inputs: 1, client: "modest" });
  for (let count = 0; count < 4; count++) enter(admission, "a", { inputs: 1, client: "greedy" });
  assert.match(
    thrownBy(() => enter(admission, "a", { inputs: 1, client: "greedy" })).message,
    /one client's inputs in flight must be ≤ 4$/,
  );
  enter(admission, "b", { inputs: 1, client: "greedy" });
  enter(admission, "a", { inputs: 1, client: "modest" });
});

Deno.test("of a single model nothing is counted apart", () => {
  const admission = new Admission(LIMITS, undefined, ["a"]);
  using permit = admission.admit("client");
  assert.equal(permit.ofModel("a"), permit);
});

Deno.test("a request that asks two models is counted in both, and given back by both", () => {
  const admission = createAdmission({ inputsMax: 2 });
  {
    using permit = admission.admit("client");
    permit.bodyEnded();
    assert.equal(permit.ofModel("a"), permit.ofModel("a"));
    for (const model of MODELS) permit.ofModel(model).addInputs(2);
    using _held = permit.ofModel("a").hold();
    permit[Symbol.dispose]();
    assert.equal(admission.usage.inputs, 4);
    assert.throws(() => enter(admission, "b", { inputs: 1 }), /inputs in flight must be ≤ 2/);
  }
  assert.equal(admission.usage.inputs, 0);
  for (const model of MODELS) enter(admission, model, { inputs: 2 });
});
