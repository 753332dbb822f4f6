/** Overload, failure and departure: what is refused, and that every permit and slot comes back. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { FAKE_DIM, FakeEngine, type FakeModel } from "../../testing/fake_engine.ts";
import fc from "../../testing/fast_check.ts";
import { testFile } from "../../testing/harness.ts";
import { until } from "../../testing/until.ts";
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError } from "../contract/errors.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const PIXELS = 190 * 121;
const DAMAGED = await testFile("goldens/refused/damaged_baseline_cut_half.jpg");
const IDLE = { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 };

const headersOf = (bytes: Uint8Array) => ({
  "content-type": "image/jpeg",
  "content-length": String(bytes.length),
});
const raw = (bytes: Uint8Array<ArrayBuffer>, signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: headersOf(bytes),
  body: bytes,
  signal: signal ?? null,
});
const json = (value: unknown, signal?: AbortSignal): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", "content-length": "100000" },
  body: JSON.stringify(value),
  signal: signal ?? null,
});

async function assertIdle(app: TestApp): Promise<void> {
  await until("slots are back", () => app.engine.slots.inUse === 0);
  assert.deepEqual(app.admission.usage, IDLE);
  assert.equal(await app.queued(), 0);
}

async function assertOverloaded(response: Response, message: string): Promise<void> {
  assert.equal(response.status, 429);
  assert.match(response.headers.get("retry-after") ?? "", /^[123]$/);
  const { error } = await response.json();
  assert.equal(error.code, "overloaded");
  assert.equal(error.message, message);
}

/** A model that answers once it is told to. */
function heldModel(): { model: FakeModel; entered: Promise<void>; finish: () => void } {
  const entered = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  return {
    model: async (inputs) => {
      entered.resolve();
      await finished.promise;
      return new Float32Array(inputs.length * FAKE_DIM).fill(1);
    },
    entered: entered.promise,
    finish: finished.resolve,
  };
}

for (
  const [what, admission, message] of [
    [
      "requests",
      { requestsMax: 1 },
      "Cannot accept request as requests in flight must be ≤ 1",
    ],
    [
      "body bytes",
      { bytesMax: 2 * PHOTO.length - 1 },
      `Cannot accept request as body bytes in flight must be ≤ ${2 * PHOTO.length - 1}`,
    ],
  ] as const
) {
  Deno.test(`POST /embed answers 429 before it reads the body when ${what} are at their limit`, async () => {
    const engine = new FakeEngine();
    const held = heldModel();
    engine.script.push(held.model);
    await using app = await createTestApp({ engine, admission });
    const first = app.request("/embed", raw(PHOTO));
    await held.entered;

    let pulls = 0;
    const body = new ReadableStream({ pull: () => void pulls++ }, { highWaterMark: 0 });
    const headers = { ...headersOf(PHOTO), expect: "100-continue" };
    const refused = await app.request("/embed", { method: "POST", headers, body });
    await assertOverloaded(refused, message);
    assert.equal(pulls, 0);

    held.finish();
    assert.equal((await first).status, 200);
    await assertIdle(app);
    assert.equal((await app.request("/embed", raw(PHOTO))).status, 200);
  });
}

Deno.test("POST /embed counts the bytes of a body as they arrive, not as it may be at most", async () => {
  const engine = new FakeEngine();
  const held = heldModel();
  engine.script.push(held.model);
  await using app = await createTestApp({ engine, admission: { bytesMax: 32 * 1024 * 1024 } });
  const first = app.request("/embed", { ...raw(PHOTO), headers: { "content-type": "image/jpeg" } });
  await held.entered;
  assert.equal(app.admission.usage.bytes, PHOTO.length);
  held.finish();
  assert.equal((await first).status, 200);
  await assertIdle(app);
});

Deno.test("POST /embed answers 429 when all slots are taken, and 200 once they are back", async () => {
  const engine = new FakeEngine({ slots: 2 });
  const held = heldModel();
  engine.script.push(held.model);
  await using app = await createTestApp({ engine });
  const first = app.request("/embed", raw(PHOTO));
  await held.entered;
  const images = [PHOTO.toBase64(), PHOTO.toBase64()];
  const message = "Cannot accept request as inputs in flight must be ≤ 2";
  await assertOverloaded(await app.request("/embed", json({ images })), message);
  assert.equal((await app.request("/embed", raw(PHOTO))).status, 200);
  held.finish();
  assert.equal((await first).status, 200);
  assert.equal((await app.request("/embed", json({ images }))).status, 200);
  await assertIdle(app);
});

Deno.test("POST /embed answers 429 when pixels are at their limit, before a slot is taken", async () => {
  const engine = new FakeEngine();
  const held = heldModel();
  engine.script.push(held.model);
  await using app = await createTestApp({ engine, admission: { pixelsMax: 2 * PIXELS } });
  const first = app.request("/embed", raw(PHOTO));
  await held.entered;
  const images = [PHOTO, PHOTO].map((photo) => photo.toBase64());
  const refused = await app.request("/embed", json({ images }));
  const message = `Cannot accept request as pixels in flight must be ≤ ${2 * PIXELS}`;
  await assertOverloaded(refused, message);
  assert.equal(engine.inferences.length, 1);
  held.finish();
  assert.equal((await first).status, 200);
  assert.equal((await app.request("/embed", json({ images }))).status, 200);
  await assertIdle(app);
});

Deno.test("POST /embed answers 413 when there will never be room for a request's pixels", async () => {
  const engine = new FakeEngine();
  await using app = await createTestApp({ engine, admission: { pixelsMax: 2 * PIXELS } });
  const images = [PHOTO, PHOTO, PHOTO].map((photo) => photo.toBase64());
  const response = await app.request("/embed", json({ images }));
  const message = "Cannot embed as pixels of one request's images must be ≤ " +
    `${2 * PIXELS}: current value is ${3 * PIXELS}`;
  const { error: { code, message: said } } = await response.json();
  assert.deepEqual([response.status, code, said], [413, "too_many_images", message]);
  assert.deepEqual(engine.inferences, []);
  await assertIdle(app);
});

const poisoned = (value: number): FakeModel => (inputs) => {
  const rows = new Float32Array(inputs.length * FAKE_DIM).fill(1);
  rows[FAKE_DIM] = value;
  return rows;
};
const rowsOff = (by: number): FakeModel => (inputs) =>
  new Float32Array((inputs.length + by) * FAKE_DIM).fill(1);
const failing = (code: ErrorCode): FakeModel => () =>
  Promise.reject(new GatewayError(code, "Cannot do it", { retryAfterSeconds: 1 }));

for (
  const [what, model, status, code] of [
    ["NaN", poisoned(NaN), 500, "internal"],
    ["an infinite value", poisoned(-Infinity), 500, "internal"],
    ["one row too few", rowsOff(-1), 500, "internal"],
    ["one row too many", rowsOff(1), 500, "internal"],
    ["a value too few", () => new Float32Array(2 * FAKE_DIM - 1), 500, "internal"],
    ["a failure of its own", () => Promise.reject(new RangeError("x")), 500, "internal"],
    ["upstream_error", failing("upstream_error"), 502, "upstream_error"],
    ["upstream_unavailable", failing("upstream_unavailable"), 503, "upstream_unavailable"],
    ["deadline_exceeded", failing("deadline_exceeded"), 504, "deadline_exceeded"],
    ["overloaded", failing("overloaded"), 429, "overloaded"],
  ] as const
) {
  Deno.test(`POST /embed answers ${status} when the engine gives ${what}`, async () => {
    const engine = new FakeEngine();
    await using app = await createTestApp({ engine });
    const images = [PHOTO, PHOTO].map((photo) => photo.toBase64());
    for (const onError of ["fail", "item"]) {
      engine.script.push(model);
      const response = await app.request("/embed", json({ images, on_error: onError }));
      assert.equal(response.status, status);
      assert.equal((await response.json()).error.code, code);
    }
    assert.equal(app.successes(), 0);
    await assertIdle(app);
  });
}

/** Where a client leaves. */
const STAGES = ["before", "body", "lease", "infer"] as const;

for (const stage of STAGES) {
  Deno.test(`POST /embed reports client_closed when the client leaves at stage ${stage}`, async () => {
    const engine = new FakeEngine();
    await using app = await createTestApp({ engine });
    assert.equal(await leave(app, engine, stage), 400);
    assert.deepEqual(app.telemetry.codes, ["client_closed"]);
    await assertIdle(app);
  });
}

/** Sends a request whose client leaves. */
async function leave(app: TestApp, engine: FakeEngine, stage: typeof STAGES[number]) {
  const client = new AbortController();
  const body = new ReadableStream({
    pull(controller) {
      if (client.signal.aborted) return controller.error(new TypeError("error reading a body"));
      controller.enqueue(PHOTO.slice());
      if (stage === "body") client.abort();
      else controller.close();
    },
  }, { highWaterMark: 0 });
  const init = { method: "POST", headers: headersOf(PHOTO), body, signal: client.signal };
  const request = new Request("http://gateway/embed", init);
  if (stage === "before") client.abort();
  if (stage === "lease") engine.onLease = () => client.abort();
  if (stage === "infer") engine.onInfer = () => client.abort();
  const response = await app.fetch(request);
  engine.onLease = engine.onInfer = () => {};
  return response.status;
}

/** What a random client does. */
type Act = (app: TestApp, engine: FakeEngine) => Promise<number>;

const images = (count: number) => Array.from({ length: count }, () => PHOTO.toBase64());
const ACTS: Readonly<Record<string, Act>> = {
  photo: async (app) => (await app.request("/embed", raw(PHOTO))).status,
  batch: async (app) => (await app.request("/embed", json({ images: images(3) }))).status,
  tooManyForTheSlots: async (app) =>
    (await app.request("/embed", json({ images: images(7) }))).status,
  damaged: async (app) => (await app.request("/embed", raw(DAMAGED))).status,
  damagedAmongOthers: async (app) => {
    const mixed = [...images(2), DAMAGED.toBase64()];
    return (await app.request("/embed", json({ images: mixed }))).status;
  },
  itemByItem: async (app) => {
    const mixed = [...images(2), DAMAGED.toBase64(), "no base64!"];
    return (await app.request("/embed", json({ images: mixed, on_error: "item" }))).status;
  },
  noJson: async (app) => (await app.request("/embed", { ...json(0), body: "{" })).status,
  tooLarge: async (app) => {
    const headers = { ...headersOf(PHOTO), "content-length": String(2 ** 30) };
    return (await app.request("/embed", { ...raw(PHOTO), headers })).status;
  },
  engineFails: async (app, engine) => {
    engine.script.push(failing("upstream_error"));
    return (await app.request("/embed", raw(PHOTO))).status;
  },
  engineGivesNaN: async (app, engine) => {
    engine.script.push((inputs) => new Float32Array(inputs.length * FAKE_DIM).fill(NaN));
    return (await app.request("/embed", raw(PHOTO))).status;
  },
  leavesBefore: (app, engine) => leave(app, engine, "before"),
  leavesInBody: (app, engine) => leave(app, engine, "body"),
  leavesAtLease: (app, engine) => leave(app, engine, "lease"),
  leavesAtInfer: (app, engine) => leave(app, engine, "infer"),
};
const EXPECTED = [200, 400, 413, 422, 429, 500, 502];

Deno.test("POST /embed gives back every permit and slot after any mix of requests", async () => {
  const engine = new FakeEngine({ slots: 6 });
  const admission = { requestsMax: 6, bytesMax: 2_000_000, pixelsMax: 8 * PIXELS };
  await using app = await createTestApp({ engine, admission });
  const acts = fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(acts, async (names) => {
      const statuses = await Promise.all(names.map((name) => ACTS[name]?.(app, engine)));
      for (const status of statuses) assert.ok(EXPECTED.includes(status as number), `${status}`);
      await assertIdle(app);
      engine.script.length = 0;
      assert.equal((await app.request("/embed", raw(PHOTO))).status, 200);
    }),
    { numRuns: 40 },
  );
});
