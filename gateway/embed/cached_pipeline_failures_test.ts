import assert from "node:assert/strict";
import { CachedTrial } from "../../testing/cached_trial.ts";
import { DAMAGED, photo, row } from "../../testing/level_photos.ts";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import { overloaded } from "../contract/errors.ts";
import { GatewayError } from "../contract/errors.ts";

const BAD_BASE64 = new GatewayError("invalid_base64", "Cannot decode image");
const photos = (...levels: number[]) => levels.map(photo);

Deno.test("CachedPipeline.embed() has one follower compute when the client computed for has left", async () => {
  const trial = new CachedTrial();
  const release = trial.hold();
  const client = new AbortController();
  const leader = rejectedBy(trial.embed(photos(3), {}, { client: client.signal }));
  const followers = Array.from({ length: 10 }, () => trial.embed(photos(3)));
  await trial.decoding(1);
  client.abort();
  assert.equal((await leader).code, "client_closed");
  await trial.decoding(2);
  release();
  assert.deepEqual(await Promise.all(followers), Array(10).fill([row(3)]));
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() refuses for load only whom the load concerns", async () => {
  const trial = new CachedTrial();
  const addPixels = () => {
    throw overloaded("pixels in flight", 1);
  };
  const leader = rejectedBy(trial.embed(photos(3), {}, { addPixels }));
  const follower = trial.embed(photos(3));
  assert.equal((await leader).code, "overloaded");
  assert.deepEqual(await follower, [row(3)]);
});

Deno.test("CachedPipeline.embed() adds no pixels for what it knows", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(3));
  const addPixels = () => assert.fail("pixels");
  assert.deepEqual(await trial.embed(photos(3, 3), {}, { addPixels }), [row(3), row(3)]);
});

Deno.test("CachedPipeline.embed() lets a follower leave, and nobody else with it", async () => {
  const trial = new CachedTrial();
  const release = trial.hold();
  const client = new AbortController();
  const leader = trial.embed(photos(3));
  const leaver = rejectedBy(trial.embed(photos(3), {}, { client: client.signal }));
  const follower = trial.embed(photos(3));
  await trial.decoding(1);
  client.abort();
  assert.equal((await leaver).code, "client_closed");
  release();
  assert.deepEqual(await Promise.all([leader, follower]), [[row(3)], [row(3)]]);
  assert.equal(trial.decodes, 1);
});

Deno.test("CachedPipeline.embed() shares what is wrong with an image while it is found out, and keeps it not", async () => {
  const trial = new CachedTrial();
  const errors = await Promise.all([1, 2, 3].map(() => rejectedBy(trial.embed(photos(0)))));
  for (const { code, message } of errors) {
    assert.deepEqual([code, message], [DAMAGED.code, DAMAGED.message]);
  }
  assert.equal(trial.decodes, 1);
  await rejectedBy(trial.embed(photos(0)));
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() answers item by item as the pipeline does, whoever computes", async () => {
  const images = () => [photo(1), photo(0), BAD_BASE64, photo(0), photo(1), photo(2)];
  const expected = [row(1), "invalid_image", "invalid_base64", "invalid_image", row(1), row(2)];
  const trial = new CachedTrial();
  const item = { onError: "item" } as const;
  assert.deepEqual(await trial.embed(images(), item, { pipeline: trial.plain }), expected);
  const replies = [1, 2].map(() => trial.embed(images(), item));
  assert.deepEqual(await Promise.all(replies), [expected, expected]);
  assert.deepEqual(await trial.embed(images(), item), expected);
});

Deno.test("CachedPipeline.embed() names the bad image by its place in the client's request", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(1, 2));
  for (
    const [levels, index] of [
      [[0], 0],
      [[1, 2, 0], 2],
      [[1, 4, 2, 0, 0], 3],
    ] as const
  ) {
    const [leader, follower] = await Promise.all([
      rejectedBy(trial.embed(photos(...levels))),
      rejectedBy(trial.embed([...photos(2), ...photos(...levels)])),
    ]);
    assert.deepEqual([leader, follower].map(failedAt), [index, index + 1]);
  }
});

Deno.test("CachedPipeline.embed() computes a good image that was given up for its neighbour's sake", async () => {
  const trial = new CachedTrial();
  const release = trial.hold();
  const leader = rejectedBy(trial.embed(photos(1, 0, 2)));
  const follower = trial.embed(photos(1, 2));
  await trial.decoding(3);
  release();
  assert.equal(failedAt(await leader), 1);
  assert.deepEqual(await follower, [row(1), row(2)]);
  assert.equal(trial.decodes, 5);
});

Deno.test("CachedPipeline.embed() shares the engine's failure, and asks it again for the next request", async () => {
  const trial = new CachedTrial();
  trial.engine.script.push(() => {
    throw new GatewayError("upstream_error", "Cannot compute embedding");
  });
  const errors = await Promise.all([1, 2, 3].map(() => rejectedBy(trial.embed(photos(3)))));
  assert.deepEqual(errors.map(({ code }) => code), Array(3).fill("upstream_error"));
  assert.equal(trial.decodes, 1);
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
});
