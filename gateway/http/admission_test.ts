import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { GatewayError } from "../contract/errors.ts";
import { overloaded } from "../contract/errors.ts";
import { Admission, type AdmissionUsage } from "./admission.ts";
import { createAdmissionCounters, releaseIsolate } from "./admission_counters.ts";
import type { AdmissionLimits, Permit } from "./permit.ts";

const NOTHING: AdmissionUsage = { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 };
const LIMITS = {
  requestsMax: 2,
  bytesMax: 100,
  pixelsMax: 1000,
  inputsMax: 8,
  latencyMsTarget: 250,
};

/** Admits a request of the only client, and the whole of its body. */
function admit(admission: Admission, bytes: number): Permit {
  const permit = admission.admit("client", bytes);
  try {
    permit.addBytes(bytes);
    return permit;
  } catch (error) {
    permit[Symbol.dispose]();
    throw error;
  }
}

/** Of more pixels than there are, there will never be room. */
const REFUSALS: readonly string[] = ["overloaded", "too_many_images"];

Deno.test("Admission.isRoomShort is so when bodies hold more than seven eighths of their bytes", () => {
  const admission = new Admission(LIMITS);
  using permit = admit(admission, 87);
  assert.equal(admission.isRoomShort, false);
  permit.addBytes(1);
  assert.equal(admission.isRoomShort, true);
});

Deno.test("Admission.admit() counts requests, bytes, pixels and inputs until the permit is disposed", () => {
  const admission = new Admission(LIMITS);
  {
    using permit = admit(admission, 40);
    permit.addPixels(300);
    permit.addPixels(200);
    permit.addInputs(2);
    const all = { pixels: 500, inputs: 2 };
    assert.deepEqual(admission.usage, { ...all, requests: 1, bytes: 40, memory: 40 });
    using _other = admit(admission, 60);
    assert.deepEqual(admission.usage, { ...all, requests: 2, bytes: 100, memory: 100 });
  }
  assert.deepEqual(admission.usage, NOTHING);
});

Deno.test("Admission.admit() refuses at each limit, names it, and holds nothing for it", () => {
  const admission = new Admission(LIMITS);
  using _first = admit(admission, 50);
  const refused = (message: string) => ({ name: "GatewayError", code: "overloaded", message });
  assert.throws(
    () => admit(admission, 51),
    refused("Cannot accept request as body bytes in flight must be ≤ 100"),
  );
  using _second = admit(admission, 50);
  assert.throws(
    () => admit(admission, 0),
    refused("Cannot accept request as requests in flight must be ≤ 2"),
  );
  assert.deepEqual(admission.usage, { requests: 2, bytes: 100, pixels: 0, inputs: 0, memory: 100 });
});

Deno.test("Permit.addPixels() refuses above the limit of all requests, and holds nothing for it", () => {
  const admission = new Admission(LIMITS);
  using first = admit(admission, 1);
  using second = admit(admission, 1);
  first.addPixels(900);
  assert.throws(() => second.addPixels(101), {
    code: "overloaded",
    message: "Cannot accept request as pixels in flight must be ≤ 1000",
  });
  second.addPixels(100);
  assert.equal(admission.usage.pixels, 1000);
});

Deno.test("Permit[Symbol.dispose]() gives back once, however often it is called", () => {
  const admission = new Admission(LIMITS);
  using _other = admit(admission, 10);
  const permit = admit(admission, 10);
  permit.addPixels(10);
  permit[Symbol.dispose]();
  permit[Symbol.dispose]();
  assert.deepEqual(admission.usage, { requests: 1, bytes: 10, pixels: 0, inputs: 0, memory: 10 });
});

Deno.test("Admission never crosses a limit and ends with nothing held, in any order of events", () => {
  const events = fc.array(
    fc.record({
      kind: fc.constantFrom("admit", "pixels", "dispose"),
      amount: fc.nat({ max: 80 }),
      which: fc.nat(),
    }),
    { maxLength: 60 },
  );
  fc.assert(fc.property(events, (events) => {
    const admission = new Admission({
      requestsMax: 3,
      bytesMax: 100,
      pixelsMax: 100,
      inputsMax: 100,
      latencyMsTarget: 250,
    });
    const permits: Permit[] = [];
    for (const { kind, amount, which } of events) {
      const permit = permits[which % Math.max(1, permits.length)];
      try {
        if (kind === "admit") permits.push(admit(admission, amount));
        else if (kind === "pixels") permit?.addPixels(amount);
        else permit?.[Symbol.dispose]();
      } catch (error) {
        assert.ok(error instanceof GatewayError && REFUSALS.includes(error.code));
      }
      const { requests, bytes, pixels } = admission.usage;
      assert.ok(requests <= 3 && bytes <= 100);
      assert.ok(pixels <= 100);
    }
    for (const permit of permits) permit[Symbol.dispose]();
    assert.deepEqual(admission.usage, NOTHING);
  }));
});

Deno.test("Permit.hold() keeps pixels and inputs counted beyond the permit's end, those added meanwhile too", () => {
  const admission = new Admission(LIMITS);
  const permit = admit(admission, 40);
  permit.addPixels(300);
  const [first, second] = [permit.hold(), permit.hold()];
  permit.addInputs(2);
  permit[Symbol.dispose]();
  assert.deepEqual(admission.usage, { ...NOTHING, pixels: 300, inputs: 2 });
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.deepEqual(admission.usage, { ...NOTHING, pixels: 300, inputs: 2 });
  second[Symbol.dispose]();
  assert.deepEqual(admission.usage, NOTHING);
});

Deno.test("Admission.isFullFor() is true once no request, or no input, has room any more", () => {
  const admission = new Admission(LIMITS);
  using first = admit(admission, 1);
  assert.equal(admission.isFullFor("client"), false);
  first.addInputs(LIMITS.inputsMax - 1);
  assert.equal(admission.isFullFor("client"), false);
  first.addInputs(1);
  assert.equal(admission.isFullFor("client"), true);
  first[Symbol.dispose]();
  using _one = admit(admission, 1);
  using _other = admit(admission, 1);
  assert.equal(admission.isFullFor("client"), true);
});

Deno.test("Admission.takeMemory() has bodies and decoding in one budget", () => {
  const admission = new Admission({ ...LIMITS, memoryBytesMax: 150 });
  const decoding = admission.takeMemory(100);
  assert.ok(decoding);
  assert.throws(() => admit(admission, 51), {
    code: "overloaded",
    message: "Cannot accept request as memory bytes in flight must be ≤ 150",
  });
  assert.deepEqual(admission.usage, { ...NOTHING, memory: 100 });
  using _permit = admit(admission, 50);
  assert.equal(admission.takeMemory(1), undefined);
  decoding[Symbol.dispose]();
  assert.deepEqual(admission.usage, { requests: 1, bytes: 50, pixels: 0, inputs: 0, memory: 50 });
  admission.takeMemory(100)?.[Symbol.dispose]();
});

Deno.test("Admission.takeMemory() lets one dear image be decoded at a time, in all isolates, and others beside it", () => {
  const { gates: [one, other] } = createGates(2, { ...LIMITS, memoryBytesMax: 2 ** 40 });
  assert.ok(one && other);
  const dear = 200 * 2 ** 20;
  const decoding = one.takeMemory(dear);
  assert.ok(decoding);
  assert.equal(other.takeMemory(dear), undefined);
  assert.equal(one.usage.memory, dear);
  const photo = other.takeMemory(80 * 2 ** 20);
  assert.ok(photo);
  decoding[Symbol.dispose]();
  photo[Symbol.dispose]();
  const next = other.takeMemory(dear);
  assert.ok(next);
  assert.equal(one.takeMemory(dear), undefined);
  next[Symbol.dispose]();
  assert.deepEqual(one.usage, NOTHING);
});

/** The gates of isolates that share counters. */
function createGates(isolates: number, limits: AdmissionLimits = LIMITS) {
  const counters = createAdmissionCounters(isolates);
  const gates = Array.from({ length: isolates }, (_, isolate) => {
    return new Admission(limits, { counters, isolate });
  });
  return { counters, gates };
}

Deno.test("Admission.usage is that of all isolates, in each of them", () => {
  const { gates: [one, other] } = createGates(2);
  assert.ok(one && other);
  using first = admit(one, 40);
  using _second = admit(other, 10);
  first.addPixels(300);
  for (const gate of [one, other]) {
    assert.deepEqual(gate.usage, { requests: 2, bytes: 50, pixels: 300, inputs: 0, memory: 50 });
  }
});

Deno.test("Admission refuses in one isolate what another one holds, in the words of the whole limit", () => {
  const { gates: [one, other] } = createGates(2);
  assert.ok(one && other);
  using first = admit(one, 75);
  assert.throws(() => admit(one, 1), { message: /body bytes in flight must be ≤ 100$/ });
  assert.equal(one.usage.requests, 1);
  first.addPixels(750);
  assert.throws(() => first.addPixels(1), { message: /pixels in flight must be ≤ 1000$/ });
  first.addInputs(6);
  assert.throws(() => first.addInputs(1), { message: /inputs in flight must be ≤ 8$/ });
  // A quarter of each limit is kept for the other one; of two requests a quarter is none.
  using second = admit(other, 25);
  second.addPixels(250);
  assert.throws(() => admit(other, 0), { message: /requests in flight must be ≤ 2$/ });
  second.addInputs(2);
  assert.deepEqual(one.usage, { requests: 2, bytes: 100, pixels: 1000, inputs: 8, memory: 100 });
});

Deno.test("Admissions of isolates never cross a limit in sum, and all of it comes back, also from the dead", () => {
  const events = fc.array(
    fc.record({
      kind: fc.constantFrom("admit", "pixels", "dispose", "die"),
      isolate: fc.nat({ max: 2 }),
      amount: fc.nat({ max: 80 }),
      which: fc.nat(),
    }),
    { maxLength: 80 },
  );
  fc.assert(fc.property(events, (events) => {
    const limits = { ...LIMITS, requestsMax: 7, pixelsMax: 100, inputsMax: 100 };
    const { counters, gates } = createGates(3, limits);
    const permits: Permit[][] = [[], [], []];
    for (const { kind, isolate, amount, which } of events) {
      const [gate, own] = [gates[isolate], permits[isolate]];
      assert.ok(gate && own);
      const permit = own[which % Math.max(1, own.length)];
      try {
        if (kind === "admit") own.push(admit(gate, amount));
        else if (kind === "pixels") permit?.addPixels(amount);
        else if (kind === "dispose") permit?.[Symbol.dispose]();
        else {
          // Its permits are gone with it: nobody disposes them.
          permits[isolate] = [];
          releaseIsolate(counters, isolate);
          gates[isolate] = new Admission(limits, { counters, isolate });
        }
      } catch (error) {
        assert.ok(error instanceof GatewayError && REFUSALS.includes(error.code));
      }
      const { requests, bytes, pixels } = gate.usage;
      assert.ok(requests <= 7 && bytes <= 100 && pixels <= 100);
    }
    for (const permit of permits.flat()) permit[Symbol.dispose]();
    assert.deepEqual(gates[0]?.usage, NOTHING);
  }));
});

Deno.test("Admission.isFullFor() counts bodies that take their time for their client's part", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 10 });
  for (let upload = 0; upload < 6; upload++) admission.admit("slow").setSlow();
  for (let request = 0; request < 2; request++) admission.admit("good");
  assert.deepEqual([admission.isFullFor("slow"), admission.isFullFor("good")], [true, false]);
});

Deno.test("overloaded() asks clients to come back after 1 to 3 seconds, not all at once", () => {
  const seconds = Array.from({ length: 200 }, () => overloaded("x", 1).retryAfterSeconds);
  assert.deepEqual([...new Set(seconds)].sort(), [1, 2, 3]);
});
