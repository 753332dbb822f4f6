import assert from "node:assert/strict";
import { CachedTrial } from "../../testing/cached_trial.ts";
import fc from "../../testing/fast_check.ts";
import { photo, row } from "../../testing/level_photos.ts";
import { until } from "../../testing/until.ts";

const photos = (...levels: number[]) => levels.map(photo);

Deno.test("CachedPipeline.embed() decodes and infers an image once, and gives the same bits again", async () => {
  const trial = new CachedTrial();
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
  assert.deepEqual([...trial.stamps.keys()], [
    "cache",
    "header",
    "slot",
    "preprocess",
    "batch",
    "infer",
  ]);
  trial.stamps.clear();
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
  assert.deepEqual([...trial.stamps.keys()], ["cache"]);
  assert.deepEqual(trial.engine.inferences, [1]);
  assert.equal(trial.decodes, 1);
  assert.deepEqual(trial.telemetry.lookups, ["miss", "hit"]);
});

Deno.test("CachedPipeline.embed() computes a hundred equal images at once one time", async () => {
  const trial = new CachedTrial();
  const replies = await Promise.all(Array.from({ length: 100 }, () => trial.embed(photos(3))));
  assert.deepEqual(replies, Array(100).fill([row(3)]));
  assert.deepEqual([trial.decodes, trial.engine.inferences], [1, [1]]);
  const shared = trial.telemetry.lookups.filter((result) => result === "shared");
  assert.equal(shared.length, 99);
  assert.ok(trial.stamps.has("shared"));
});

Deno.test("CachedPipeline.embed() normalises for those who ask, and for nobody else", async () => {
  const trial = new CachedTrial();
  const replies = await Promise.all(
    [true, false, true].map((normalize) => trial.embed(photos(7, 7), { normalize })),
  );
  const [unit, raw] = [row(0.5), row(7)];
  assert.deepEqual(replies, [[unit, unit], [raw, raw], [unit, unit]]);
  assert.deepEqual(await trial.embed(photos(7), { normalize: true }), [unit]);
  assert.deepEqual(await trial.embed(photos(7)), [raw]);
  assert.equal(trial.decodes, 1);
});

Deno.test("CachedPipeline.embed() tells images of other options apart", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(3));
  await trial.embed(photos(3), { orient: "exif" });
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() computes the rest of a batch in one call, in order, duplicates once", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(2));
  const release = trial.hold();
  const other = trial.embed(photos(5));
  await trial.decoding(2);
  const batch = trial.embed(photos(4, 2, 9, 4, 5, 9));
  await trial.decoding(4);
  release();
  assert.deepEqual(await batch, [4, 2, 9, 4, 5, 9].map(row));
  await other;
  assert.deepEqual(trial.engine.inferences, [1, 1, 2]);
  const count = (result: string) =>
    trial.telemetry.lookups.filter((each) => each === result).length;
  assert.deepEqual([count("hit"), count("miss"), count("shared")], [1, 4, 3]);
});

Deno.test("CachedPipeline.embed() lets two requests wait for images of each other", async () => {
  const trial = new CachedTrial();
  const replies = await Promise.all([
    trial.embed(photos(1, 2)),
    trial.embed(photos(3, 1)),
    trial.embed(photos(2, 3)),
  ]);
  assert.deepEqual(replies, [[row(1), row(2)], [row(3), row(1)], [row(2), row(3)]]);
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() lets the least recently used go, and computes it again", async () => {
  const trial = new CachedTrial(2);
  for (const level of [1, 2, 3, 1]) {
    assert.deepEqual(await trial.embed(photos(level)), [row(level)]);
  }
  assert.equal(trial.decodes, 4);
  assert.deepEqual(trial.telemetry.lines, ["cache evicted", "cache evicted"]);
});

Deno.test("CachedPipeline.embed() takes the canary past cache and flights", async () => {
  const trial = new CachedTrial();
  const canary = () => trial.embed(photos(3), {}, { holder: "canary" });
  await canary();
  await trial.embed(photos(3));
  const release = trial.hold();
  const flight = trial.embed(photos(4));
  const proof = trial.embed(photos(4), {}, { holder: "canary" });
  await trial.decoding(4);
  release();
  await Promise.all([flight, proof]);
  await canary();
  assert.equal(trial.decodes, 5);
  assert.deepEqual(trial.telemetry.lookups, ["miss", "miss"]);
});

Deno.test("CachedPipeline.embed() computes everything while the engine cannot tell its model", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(3));
  trial.engine.modelEpoch = undefined;
  await Promise.all([trial.embed(photos(3)), trial.embed(photos(3))]);
  assert.equal(trial.decodes, 3);
  trial.engine.modelEpoch = 1;
  await trial.embed(photos(3));
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() forgets everything with another model", async () => {
  const trial = new CachedTrial();
  await trial.embed(photos(3, 4));
  trial.engine.modelEpoch = 2;
  trial.engine.script.push(() => Float32Array.from(row(8)));
  assert.deepEqual(await trial.embed(photos(3)), [row(8)]);
  assert.deepEqual(await trial.embed(photos(3)), [row(8)]);
  assert.deepEqual(trial.telemetry.lines, ["cache cleared of 2"]);
  assert.equal(trial.cache.usage.images, 1);
});

Deno.test("CachedPipeline.embed() neither keeps nor shares what was computed across a change of the model", async () => {
  const trial = new CachedTrial();
  const release = trial.hold();
  const before = trial.embed(photos(3));
  await trial.decoding(1);
  trial.engine.modelEpoch = 2;
  const after = trial.embed(photos(3));
  await trial.decoding(2);
  trial.engine.modelEpoch = 3;
  release();
  await Promise.all([before, after]);
  assert.equal(trial.cache.usage.images, 0);
  await trial.embed(photos(3));
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() gives what the pipeline gives, whatever comes at once", async () => {
  const request = fc.record({
    levels: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }),
    normalize: fc.boolean(),
    leaves: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 8 }), async (requests) => {
      const trial = new CachedTrial(3);
      await Promise.all(requests.map(async ({ levels, normalize, leaves }, index) => {
        const client = new AbortController();
        const options = { normalize, onError: "item" } as const;
        const reply = trial.embed(photos(...levels), options, { client: client.signal });
        if (leaves) {
          for (let turn = 0; turn < index; turn++) await Promise.resolve();
          client.abort();
          return await reply.catch(({ code }) => assert.equal(code, "client_closed"));
        }
        const expected = levels.map((level) =>
          level === 0 ? "invalid_image" : row(normalize ? 0.5 : level)
        );
        assert.deepEqual(await reply, expected);
      }));
      await until("every slot is free", () => trial.engine.slots.inUse === 0);
    }),
    { numRuns: 100 },
  );
});
