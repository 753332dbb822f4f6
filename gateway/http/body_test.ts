import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { post, streamed } from "../../testing/streamed_body.ts";
import { rejectedBy, thrownBy } from "../../testing/thrown.ts";
import { Deadline } from "../work/deadline.ts";
import { overloaded } from "../contract/errors.ts";
import { type BodyHolder, declaredBytes, readBody } from "./body.ts";
import { Uploads } from "./uploads.ts";

const LIMITS = { bytesMax: 10 };
const MIB = 1024 * 1024;
const UPLOAD_LIMITS = {
  idleMsMax: 1000,
  bytesPerSecondMin: 2,
  totalMsMax: 60_000,
  slowMax: 8,
  isRoomShort: () => false,
};

/** Reads a body on behalf of nobody in particular. */
async function read(request: Request, limits = LIMITS): Promise<Uint8Array> {
  using deadline = new Deadline({ timeoutMs: 5000 });
  using uploads = new Uploads(UPLOAD_LIMITS);
  return await readBody(request, { limits, uploads, holder: new Holder(), deadline });
}

/** Counts without a limit, or up to one. */
class Holder implements BodyHolder {
  bytes = 0;
  isSlow = false;
  readonly slowUploads = 0;
  readonly #bytesMax: number;

  constructor(bytesMax = Infinity) {
    this.#bytesMax = bytesMax;
  }

  setSlow(): void {
    this.isSlow = true;
  }

  addBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.#bytesMax) throw overloaded("bytes", this.#bytesMax);
  }
}

for (
  const [declared, bytes] of [
    [undefined, undefined],
    ["0", 0],
    ["10", 10],
    ["7", 7],
    ["-1", undefined],
    ["1e1", undefined],
    ["", undefined],
  ] as const
) {
  Deno.test(`declaredBytes() takes ${bytes} for a content-length of ${declared}`, () => {
    const headers = new Headers(declared === undefined ? {} : { "content-length": declared });
    assert.equal(declaredBytes(headers, LIMITS), bytes);
  });
}

Deno.test("declaredBytes() refuses a declared length over the limit, with limit and value", () => {
  const error = thrownBy(() => declaredBytes(new Headers({ "content-length": "11" }), LIMITS));
  assert.equal(error.code, "body_too_large");
  assert.equal(error.message, "Cannot read body as its bytes must be ≤ 10: current value is 11");
});

Deno.test("readBody() joins chunks in order, up to the limit", async () => {
  assert.deepEqual([...await read(post(streamed([3, 2, 5], "ends")))], [
    2,
    2,
    2,
    1,
    1,
    0,
    0,
    0,
    0,
    0,
  ]);
});

Deno.test("readBody() refuses the first byte over the limit", async () => {
  const error = await rejectedBy(read(post(streamed([10, 1], "stalls"))));
  assert.equal(error.code, "body_too_large");
  assert.equal(error.message, "Cannot read body as its bytes must be ≤ 10");
});

for (const [what, body] of [["no body", null], ["an empty body", streamed([], "ends")]] as const) {
  Deno.test(`readBody() answers invalid_body for ${what}`, async () => {
    const error = await rejectedBy(read(post(body)));
    assert.equal(error.code, "invalid_body");
    assert.equal(error.message, "Cannot embed: the body is empty");
  });
}

Deno.test("readBody() answers invalid_body when the chunks of a body break off", async () => {
  const error = await rejectedBy(read(post(streamed([3], "breaks"))));
  assert.equal(error.code, "invalid_body");
  assert.match(String(error.cause), /error reading a body/);
});

Deno.test("readBody() tells chunks that are malformed from the first on from an empty body", async () => {
  const headers = { "transfer-encoding": "chunked" };
  const broken = await rejectedBy(read(post(streamed([], "ends"), headers)));
  assert.equal(broken.code, "invalid_body");
  assert.equal(
    broken.message,
    "Cannot read body as its chunks are malformed, or end before the last one",
  );
  // Deno shows the last chunk as one of no bytes.
  const empty = await rejectedBy(read(post(streamed([0], "ends"), headers)));
  assert.equal(empty.message, "Cannot embed: the body is empty");
});

Deno.test("readBody() answers client_closed when a body of declared length breaks off", async () => {
  const headers = { "content-length": "9" };
  const error = await rejectedBy(read(post(streamed([3], "breaks"), headers)));
  assert.equal(error.code, "client_closed");
});

Deno.test("readBody() answers client_closed when nothing came of a body of declared length", async () => {
  const request = post(streamed([], "ends"), { "content-length": "9" });
  assert.equal((await rejectedBy(read(request))).code, "client_closed");
  const empty = post(streamed([], "ends"), { "content-length": "0" });
  assert.equal((await rejectedBy(read(empty))).code, "invalid_body");
});

Deno.test("readBody() counts bytes as they arrive, and stops at the first that cannot be held", async () => {
  using deadline = new Deadline({ timeoutMs: 5000 });
  using uploads = new Uploads(UPLOAD_LIMITS);
  const holder = new Holder(5);
  const request = post(streamed([3, 2, 1, 1], "stalls"));
  const reading = { limits: LIMITS, uploads, holder, deadline };
  assert.equal((await rejectedBy(readBody(request, reading))).code, "overloaded");
  assert.equal(holder.bytes, 6);
});

Deno.test("readBody() refuses a body in crumbs, not one of few small chunks", async () => {
  const limits = { bytesMax: MIB };
  const chunks = (count: number, bytes: number) => Array.from({ length: count }, () => bytes);
  assert.equal((await read(post(streamed(chunks(250, 1), "ends")), limits)).length, 250);
  assert.equal((await read(post(streamed(chunks(1000, 64), "ends")), limits)).length, 64_000);
  // A form's heads in pieces, then its photo.
  const form = [...chunks(200, 16), 64 * 1024, ...chunks(200, 16), 64 * 1024];
  assert.equal((await read(post(streamed(form, "ends")), limits)).length, 137_472);
  const error = await rejectedBy(read(post(streamed(chunks(280, 1), "stalls")), limits));
  assert.equal(error.code, "invalid_body");
  assert.match(error.message, /chunks must hold ≥ 64 bytes on average$/);
});

Deno.test("readBody() grows a long body of a declared length with what arrives", async () => {
  const chunks = [1, MIB, MIB, MIB / 2];
  const headers = { "content-length": `${2.5 * MIB + 1}` };
  const body = await read(post(streamed(chunks, "ends"), headers), { bytesMax: 4 * MIB });
  assert.equal(body.length, 2.5 * MIB + 1);
  assert.deepEqual([body[0], body[1], body[MIB + 1], body.at(-1)], [3, 2, 1, 0]);
});

/** Reads a body that stalls, moving time on by what the test says, and reports what was left behind. */
async function stall(
  during: (clock: FakeClock, client: AbortController) => Promise<void>,
): Promise<{ code: string; message: string; timers: number }> {
  using clock = stopTime();
  const client = new AbortController();
  const deadline = new Deadline({ timeoutMs: 5000, clientSignal: client.signal });
  const uploads = new Uploads(UPLOAD_LIMITS);
  const reading = { limits: LIMITS, uploads, holder: new Holder(), deadline };
  const failure = rejectedBy(readBody(post(streamed([3], "stalls")), reading));
  await during(clock, client);
  const { code, message } = await failure;
  deadline[Symbol.dispose]();
  // The next look finds nothing to watch.
  await clock.tick(100);
  return { code, message, timers: clock.timers };
}

Deno.test("readBody() answers body_timeout when nothing more arrives", async () => {
  const { code, message, timers } = await stall((clock) => clock.tick(1000));
  assert.equal(code, "body_timeout");
  assert.equal(
    message,
    "Cannot read body as the milliseconds without any of it must be ≤ 1000",
  );
  assert.equal(timers, 0);
});

Deno.test("readBody() answers client_closed when the client leaves", async () => {
  const { code, timers } = await stall((_, client) => Promise.resolve(client.abort()));
  assert.equal(code, "client_closed");
  assert.equal(timers, 0);
});
