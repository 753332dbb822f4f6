/** What one model's requests leave to those of another one. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { stopTime } from "../../testing/fake_clock.ts";
import { thrownBy } from "../../testing/thrown.ts";
import { Admission } from "./admission.ts";
import { createAdmissionCounters, releaseIsolate } from "./admission_counters.ts";
import type { Permit } from "./permit.ts";

const LIMITS = {
  requestsMax: 256,
  bytesMax: 1000,
  pixelsMax: 1000,
  inputsMax: 8,
  latencyMsTarget: 250,
};
const MODELS = ["a", "b"];

const createAdmission = (changes: Partial<typeof LIMITS> = {}) =>
  new Admission({ ...LIMITS, ...changes }, undefined, MODELS);

/** Lets a request in to a model, with its body and so on, as the handler and the pipeline do; nothing is held if not. */
function enter(
  admission: Admission,
  model: string,
  { bytes = 0, pixels = 0, inputs = 0, client = "client" } = {},
): Permit {
  const permit = admission.admit(client, bytes);
  try {
    permit.addBytes(bytes);
    permit.bodyEnded();
    const ofModel = permit.ofModel(model);
    ofModel.addPixels(pixels);
    ofModel.addInputs(inputs);
    return permit;
  } catch (error) {
    permit[Symbol.dispose]();
    throw error;
  }
}

/** Requests of a model until one is refused. */
function flood(admission: Admission, model: string, size: Parameters<typeof enter>[2] = {}) {
  const permits: Permit[] = [];
  for (;;) {
    try {
      permits.push(enter(admission, model, size));
    } catch {
      return permits;
    }
  }
}

for (
  const [quantity, size, part] of [
    ["requests", {}, 64],
    ["body bytes", { bytes: 50 }, 15],
    ["pixels", { pixels: 50 }, 15],
    ["inputs", { inputs: 1 }, 8],
  ] as const
) {
  Deno.test(`a flood of one model's ${quantity} leaves room for another one, of the same client`, () => {
    const admission = createAdmission();
    const permits = flood(admission, "a", size);
    assert.equal(permits.length, part);
    assert.ok(!admission.isFullFor("client"));
    const { code, message } = thrownBy(() => enter(admission, "a", size));
    assert.equal(code, "overloaded");
    assert.match(message, /one model's /);
    for (let count = 0; count < 4; count++) permits.push(enter(admission, "b", size));
    for (const permit of permits) permit[Symbol.dispose]();
    assert.deepEqual(
      admission.usage,
      { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 },
    );
    // Nothing of it is left counted.
    assert.equal(flood(admission, "b", size).length > 4, true);
  });
}

Deno.test("a model that hangs lowers its own limit, and not that of another one", async () => {
  using clock = stopTime();
  const admission = createAdmission();
  for (let round = 0; round < 20; round++) {
    const permits = Array.from({ length: 4 }, () => enter(admission, "a", { inputs: 1 }));
    await clock.tick(10_000);
    for (const permit of permits) permit[Symbol.dispose]();
  }
  await clock.tick(60_000);
  assert.equal(flood(admission, "a").length, 16);
  assert.ok(!admission.isFullFor("client"));
  assert.equal(flood(admission, "b").length, 32);
});

Deno.test("a model shares its limit with another one that is asked, and has it again once that is not", async () => {
  using clock = stopTime();
  const admission = createAdmission();
  const before = flood(admission, "a");
  assert.equal(before.length, 64);
  const other = flood(admission, "b");
  assert.equal(other.length, 32);
  for (const permit of before) permit[Symbol.dispose]();
  const shared = flood(admission, "a");
  assert.equal(shared.length, 32);
  for (const permit of [...other, ...shared]) permit[Symbol.dispose]();
  await clock.tick(11_000);
  assert.equal(flood(admission, "a").length, 64);
});

Deno.test("the door is shut once every model has as much in work as it may, and not for bodies on their way", () => {
  const admission = createAdmission();
  flood(admission, "a");
  const arriving = Array.from({ length: 100 }, () => admission.admit("client"));
  assert.ok(!admission.isFullFor("client"));
  for (const permit of arriving) permit[Symbol.dispose]();
  flood(admission, "b");
  assert.ok(admission.isFullFor("client"));
  assert.equal(thrownBy(() => admission.admit("client")).code, "overloaded");
});

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

Deno.test("a request that alone is more than its model's part is let in while the model is idle", () => {
  const admission = createAdmission();
  using large = enter(admission, "a", { bytes: 900, pixels: 900 });
  assert.equal(admission.usage.bytes, 900);
  assert.throws(() => enter(admission, "a", { bytes: 1 }), { code: "overloaded" });
  large[Symbol.dispose]();
  enter(admission, "a", { bytes: 900 })[Symbol.dispose]();
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

Deno.test("models of isolates never hold more than their part in sum, and an isolate's end gives all of it back", () => {
  const limits = { ...LIMITS, requestsMax: 40 };
  fc.assert(fc.property(fc.integer({ min: 1, max: 4 }), (isolates) => {
    const counters = createAdmissionCounters(isolates, MODELS.length);
    const gates = Array.from(
      { length: isolates },
      (_, isolate) => new Admission(limits, { counters, isolate }, MODELS),
    );
    const inputs = gates.map((gate) => flood(gate, "a", { inputs: 1 }).length);
    const held = inputs.reduce((sum, count) => sum + count, 0);
    assert.ok(held <= 8 && held > 8 / 2, String(inputs));
    for (const gate of gates) flood(gate, "a");
    for (const gate of gates) enter(gate, "b", { inputs: 1 })[Symbol.dispose]();
    gates.forEach((_, isolate) => releaseIsolate(counters, isolate));
    assert.equal(gates[0]?.usage.requests, 0);
    assert.ok(new Admission(limits, { counters, isolate: 0 }, MODELS).admit("client"));
  }));
});
