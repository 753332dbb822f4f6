import assert from "node:assert/strict";
import fc from "fast-check";
import { GatewayError } from "../contract/errors.ts";
import { overloaded } from "../contract/errors.ts";
import { Admission, type AdmissionUsage, type Permit } from "./admission.ts";

const NOTHING: AdmissionUsage = { requests: 0, bytes: 0, pixels: 0 };
const LIMITS = { requestsMax: 2, bytesMax: 100, pixelsMax: 1000 };

Deno.test("Admission.admit() counts requests, bytes and pixels until the permit is disposed", () => {
  const admission = new Admission(LIMITS);
  {
    using permit = admission.admit(40);
    permit.addPixels(300);
    permit.addPixels(200);
    assert.deepEqual(admission.usage, { requests: 1, bytes: 40, pixels: 500 });
    using _other = admission.admit(60);
    assert.deepEqual(admission.usage, { requests: 2, bytes: 100, pixels: 500 });
  }
  assert.deepEqual(admission.usage, NOTHING);
});

Deno.test("Admission.admit() refuses at each limit, names it, and holds nothing for it", () => {
  const admission = new Admission(LIMITS);
  using _first = admission.admit(50);
  const refused = (message: string) => ({ name: "GatewayError", code: "overloaded", message });
  assert.throws(
    () => admission.admit(51),
    refused("Cannot accept request as body bytes in flight must be ≤ 100"),
  );
  using _second = admission.admit(50);
  assert.throws(
    () => admission.admit(0),
    refused("Cannot accept request as requests in flight must be ≤ 2"),
  );
  assert.deepEqual(admission.usage, { requests: 2, bytes: 100, pixels: 0 });
});

Deno.test("Permit.addPixels() refuses above the limit of all requests, and holds nothing for it", () => {
  const admission = new Admission(LIMITS);
  using first = admission.admit(1);
  using second = admission.admit(1);
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
  using _other = admission.admit(10);
  const permit = admission.admit(10);
  permit.addPixels(10);
  permit[Symbol.dispose]();
  permit[Symbol.dispose]();
  assert.deepEqual(admission.usage, { requests: 1, bytes: 10, pixels: 0 });
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
    const admission = new Admission({ requestsMax: 3, bytesMax: 100, pixelsMax: 100 });
    const permits: Permit[] = [];
    for (const { kind, amount, which } of events) {
      const permit = permits[which % Math.max(1, permits.length)];
      try {
        if (kind === "admit") permits.push(admission.admit(amount));
        else if (kind === "pixels") permit?.addPixels(amount);
        else permit?.[Symbol.dispose]();
      } catch (error) {
        assert.ok(error instanceof GatewayError && error.code === "overloaded");
      }
      const { requests, bytes, pixels } = admission.usage;
      assert.ok(requests <= 3 && bytes <= 100);
      assert.ok(pixels <= 100);
    }
    for (const permit of permits) permit[Symbol.dispose]();
    assert.deepEqual(admission.usage, NOTHING);
  }));
});

Deno.test("overloaded() asks clients to come back after 1 to 3 seconds, not all at once", () => {
  const seconds = Array.from({ length: 200 }, () => overloaded("x", 1).retryAfterSeconds);
  assert.deepEqual([...new Set(seconds)].sort(), [1, 2, 3]);
});
