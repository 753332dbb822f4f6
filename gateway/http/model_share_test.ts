/** What one model's requests leave to those of another one. */
import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { createAdmission, enter, flood, LIMITS, MODELS } from "../../testing/model_floods.ts";
import { thrownBy } from "../../testing/thrown.ts";
import { Admission } from "./admission.ts";
import { createAdmissionCounters, releaseIsolate } from "./admission_counters.ts";

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

Deno.test("a request that alone is more than its model's part is let in while the model is idle", () => {
  const admission = createAdmission();
  using large = enter(admission, "a", { bytes: 900, pixels: 900 });
  assert.equal(admission.usage.bytes, 900);
  assert.throws(() => enter(admission, "a", { bytes: 1 }), { code: "overloaded" });
  large[Symbol.dispose]();
  enter(admission, "a", { bytes: 900 })[Symbol.dispose]();
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
