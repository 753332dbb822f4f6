/** What permits mean for the next request: the limit on work, and the share of each client. */
import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { Admission } from "./admission.ts";
import { createAdmissionCounters } from "./admission_counters.ts";
import type { Permit } from "./permit.ts";

const LIMITS = {
  requestsMax: 8,
  bytesMax: 1000,
  pixelsMax: 1000,
  inputsMax: 1000,
  latencyMsTarget: 250,
};

/** What a request's images count for. */
const ADD = {
  pixels: (permit: Permit, amount: number) => permit.addPixels(amount),
  inputs: (permit: Permit, amount: number) => permit.addInputs(amount),
};

function admit(admission: Admission, client: string, count: number): Permit[] {
  return Array.from({ length: count }, () => admission.admit(client));
}

/** How many requests of a client are let in. */
function room(admission: Admission, client: string): number {
  let admitted = 0;
  for (; admitted < 1000 && !admission.isFullFor(client); admitted++) admission.admit(client);
  return admitted;
}

Deno.test("Admission lets an only client have all there is", () => {
  assert.equal(room(new Admission(LIMITS), "one"), 8);
  assert.equal(room(new Admission({ ...LIMITS, requestsMax: 1000 }), "one"), 64);
});

Deno.test("Admission keeps room beside the limit for clients with less than their share", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  admit(admission, "greedy", 64);
  assert.ok(admission.isFullFor("greedy"));
  assert.throws(() => admission.admit("greedy"), {
    code: "overloaded",
    message: "Cannot accept request as requests in work must be ≤ 64",
  });
  assert.equal(room(admission, "modest"), 16);
});

Deno.test("Admission lets a client with less than its share in while another is refused, up to it", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  admit(admission, "greedy", 40);
  const modest = admit(admission, "modest", 24);
  assert.deepEqual([admission.isFullFor("greedy"), admission.isFullFor("modest")], [true, false]);
  admit(admission, "modest", 8);
  assert.ok(admission.isFullFor("modest"));
  for (const permit of modest) permit[Symbol.dispose]();
  assert.ok(!admission.isFullFor("greedy"));
});

Deno.test("Admission keeps the last requests in flight for a client that was refused", () => {
  const admission = new Admission(LIMITS);
  const greedy = admit(admission, "greedy", 8);
  assert.ok(admission.isFullFor("modest"));
  greedy.pop()?.[Symbol.dispose]();
  assert.ok(admission.isFullFor("greedy"));
  assert.throws(() => admission.admit("greedy"), { code: "overloaded" });
  using _ = admission.admit("modest");
  assert.ok(admission.isFullFor("modest"));
});

Deno.test("Permit.setSlow() makes room for work, until the body is there", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  const permits = admit(admission, "one", 64);
  assert.ok(admission.isFullFor("one"));
  for (const permit of permits) permit.setSlow();
  assert.equal(permits[0]?.slowUploads, 64);
  assert.equal(room(admission, "one"), 64);
  for (const permit of permits) permit.bodyEnded();
  assert.equal(permits[0]?.slowUploads, 0);
  assert.equal(admission.usage.requests, 128);
  for (const permit of permits) permit[Symbol.dispose]();
  assert.equal(admission.usage.requests, 64);
});

Deno.test("Permit[Symbol.dispose]() of a slow upload leaves nothing counted", () => {
  const admission = new Admission(LIMITS);
  for (const permit of admit(admission, "one", 8)) {
    permit.setSlow();
    permit[Symbol.dispose]();
    permit.setSlow();
    permit.bodyEnded();
  }
  assert.equal(room(admission, "one"), 8);
});

Deno.test("Permit.addBytes() leaves a client half of all bytes while there are others", () => {
  const admission = new Admission(LIMITS);
  const one = admission.admit("one");
  one.addBytes(600);
  using other = admission.admit("other");
  assert.throws(() => one.addBytes(1), {
    code: "overloaded",
    message: "Cannot accept request as one client's body bytes in flight must be ≤ 500",
  });
  other.addBytes(400);
  assert.throws(() => other.addBytes(1), { message: /body bytes in flight must be ≤ 1000$/ });
  one[Symbol.dispose]();
  other.addBytes(100);
});

Deno.test("Permit leaves a client half of all pixels and inputs while others came of late", () => {
  for (const [quantity, take] of Object.entries(ADD)) {
    const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
    const first = admission.admit("greedy");
    take(first, 900);
    using modest = admission.admit("modest");
    assert.throws(() => take(modest, 200), {
      message: new RegExp(`as ${quantity} in flight must be`),
    });
    using more = admission.admit("greedy");
    assert.throws(() => take(more, 1), {
      code: "overloaded",
      message: `Cannot accept request as one client's ${quantity} in flight must be ≤ 500`,
    });
    first[Symbol.dispose]();
    take(more, 500);
    take(modest, 500);
  }
});

Deno.test("Permit[Symbol.dispose]() has the limit learn from requests that had inputs, by the time since their bodies", async () => {
  using clock = stopTime();
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  const done = async (isWork: boolean) => {
    const permits = admit(admission, "one", 10);
    await clock.tick(10_000);
    for (const permit of permits) {
      permit.bodyEnded();
      if (isWork) permit.addInputs(1);
    }
    await clock.tick(500);
    for (const permit of permits) permit[Symbol.dispose]();
  };
  await done(false);
  assert.equal(admission.limit, 64);
  await done(true);
  assert.equal(admission.limit, 32);
});

/** The gates of a gateway's two isolates. */
function createGates(): [Admission, Admission] {
  const counters = createAdmissionCounters(2);
  const limits = { ...LIMITS, requestsMax: 1000 };
  const gates = [0, 1].map((isolate) => new Admission(limits, { counters, isolate }));
  return gates as [Admission, Admission];
}

for (const [quantity, add] of Object.entries(ADD)) {
  Deno.test(`Permit leaves the last fifth of all ${quantity} to clients with less than their part of an isolate`, () => {
    const [one, two] = createGates();
    using modest = one.admit("modest");
    using _modest = two.admit("modest");
    using greedy = one.admit("greedy");
    using more = two.admit("greedy");
    add(greedy, 400);
    add(more, 400);
    for (const permit of [greedy, more]) {
      assert.throws(() => add(permit, 1), {
        code: "overloaded",
        message: `Cannot accept request as one client's ${quantity} in flight must be ≤ 250`,
      });
    }
    add(modest, 150);
    greedy[Symbol.dispose]();
    add(modest, 100);
    add(more, 100);
    assert.throws(() => add(modest, 1000 - 200 - 750 + 1), {
      message: `Cannot accept request as one client's ${quantity} in flight must be ≤ 250`,
    });
    add(modest, 1000 - 200 - 750);
  });

  Deno.test(`Permit gives an only client the last fifth of all ${quantity}, too`, () => {
    const [one, two] = createGates();
    add(two.admit("only"), 200);
    add(one.admit("only"), 550);
    add(one.admit("only"), 100);
  });
}

Deno.test("Permit.hold() keeps what it holds counted for its client, though its reply is out", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  using _other = admission.admit("other");
  const late = admission.admit("greedy");
  late.addInputs(400);
  late.addPixels(400);
  const held = late.hold();
  late[Symbol.dispose]();
  const next = admission.admit("greedy");
  for (const add of Object.values(ADD)) {
    assert.throws(() => add(next, 101), { message: /^.* one client's .* must be ≤ 500$/ });
  }
  held[Symbol.dispose]();
  for (const add of Object.values(ADD)) add(next, 500);
  next[Symbol.dispose]();
  using last = admission.admit("greedy");
  last.addInputs(500);
});

Deno.test("Permit.hold() of nothing does not forget who came back meanwhile", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  using _other = admission.admit("other");
  const late = admission.admit("greedy");
  const held = late.hold();
  late[Symbol.dispose]();
  using back = admission.admit("greedy");
  back.addInputs(500);
  held[Symbol.dispose]();
  using more = admission.admit("greedy");
  assert.throws(() => more.addInputs(1), { message: /one client's inputs/ });
});

Deno.test("Admission.isFullFor() of nobody in particular remembers nobody, and leaves room to those with a share", () => {
  const admission = new Admission({ ...LIMITS, requestsMax: 1000 });
  assert.equal(admission.isFullFor(undefined), false);
  admit(admission, "one", 64);
  for (let time = 0; time < 9; time++) assert.equal(admission.isFullFor(undefined), true);
  assert.equal(room(admission, "other"), 16);
  const small = new Admission(LIMITS);
  const permits = admit(small, "one", 7);
  assert.equal(small.isFullFor(undefined), true);
  // Had the stranger been remembered, the last one would be kept for it.
  assert.equal(small.isFullFor("one"), false);
  for (const permit of permits) permit[Symbol.dispose]();
  assert.equal(small.isFullFor(undefined), false);
});
