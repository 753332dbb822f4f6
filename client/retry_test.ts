import assert from "node:assert/strict";
import { stopTime } from "../testing/fake_clock.ts";
import { EmbeddingError } from "./embedding_error.ts";
import { pause, Retry, type RetryLimits } from "./retry.ts";

const FULL = new EmbeddingError({ code: "overloaded", message: "full", retryAfterMs: 300 });
const GONE = new EmbeddingError({ code: "unreachable", message: "gone" });
const BAD = new EmbeddingError({ code: "invalid_image", message: "bad" });

/** Runs attempts that fail so, and tells what was waited. */
async function run(errors: readonly Error[], limits?: Partial<RetryLimits>, retry?: Retry) {
  const waits: number[] = [];
  const own = retry ?? new Retry(limits, (ms) => (waits.push(ms), Promise.resolve()));
  let attempts = 0;
  const outcome = await own.run(() => {
    const error = errors[attempts++];
    return error === undefined ? Promise.resolve("done") : Promise.reject(error);
  }).catch((error) => error);
  return { outcome, attempts, waits };
}

Deno.test("Retry.run() repeats what may succeed later, behind the wait that was asked for", async () => {
  const { outcome, attempts, waits } = await run([FULL, GONE]);
  assert.deepEqual([outcome, attempts], ["done", 3]);
  assert.ok((waits[0] as number) >= 300 && (waits[0] as number) <= 550, `${waits}`);
  assert.ok((waits[1] as number) >= 0 && (waits[1] as number) <= 500, `${waits}`);
});

Deno.test("Retry.run() repeats nothing that is the input's fault, nor what is no failure of an embedding", async () => {
  assert.deepEqual((await run([BAD])).outcome, BAD);
  const mistake = new TypeError("mistake");
  assert.deepEqual(await run([mistake]), { outcome: mistake, attempts: 1, waits: [] });
});

Deno.test("Retry.run() gives up after so many attempts, with the last error", async () => {
  const { outcome, attempts } = await run([GONE, GONE, FULL, GONE], { attemptsMax: 3 });
  assert.deepEqual([outcome, attempts], [FULL, 3]);
});

Deno.test("Retry.run() never waits longer than its limit, whatever was asked for", async () => {
  const patient = new EmbeddingError({ code: "draining", message: "m", retryAfterMs: 3_600_000 });
  const { waits } = await run([patient], { waitMsMax: 1000 });
  assert.ok((waits[0] as number) <= 2000, `${waits}`);
});

Deno.test("Retry repeats a share of all requests once its first few are spent, and what is asked for always", async () => {
  const retry = new Retry({ attemptsMax: 100 }, () => Promise.resolve());
  const dead = await run(Array(50).fill(GONE), undefined, retry);
  assert.equal(dead.attempts, 11);
  assert.equal((await run([GONE], undefined, retry)).attempts, 1);
  assert.equal((await run(Array(50).fill(FULL), undefined, retry)).outcome, "done");
  for (let request = 0; request < 5; request++) await run([], undefined, retry);
  assert.equal((await run([GONE], undefined, retry)).outcome, "done");
});

Deno.test("Retry comes again until there is room, where it is told to, and waits no longer for that", async () => {
  const full = new EmbeddingError({
    ...{ code: "overloaded", message: "full", status: 429, retryAfterMs: 300 },
  });
  const errors = [...Array(50).fill(full), GONE, ...Array(50).fill(full)];
  const { outcome, waits } = await run(errors, { attemptsMax: 2, waitsForRoom: true });
  assert.deepEqual([outcome, waits.length], ["done", 101]);
  assert.ok(waits.every((ms) => ms <= 300 + 500), `${Math.max(...waits)}`);
  assert.equal((await run(errors, { attemptsMax: 2 })).outcome, full);
});

Deno.test("Retry repeats whatever may succeed later where any share may be repetitions", async () => {
  const { outcome, attempts } = await run(Array(50).fill(GONE), { attemptsMax: 100, share: 1 });
  assert.deepEqual([outcome, attempts], ["done", 51]);
});

Deno.test("pause() ends with its signal, and leaves no timer", async () => {
  using clock = stopTime();
  const ending = new AbortController();
  const paused = pause(1000, ending.signal);
  ending.abort(new Error("enough"));
  await assert.rejects(paused, /^Error: enough$/);
  assert.equal(clock.timers, 0);
  await assert.rejects(pause(1000, ending.signal), /^Error: enough$/);
});
