/** What the pipeline does when its client leaves, or its engine or its workers fail. */
import assert from "node:assert/strict";
import { FAKE_DIM } from "../../testing/fake_engine.ts";
import { decodeLevel, photo } from "../../testing/level_photos.ts";
import { createPipelineTrial } from "../../testing/pipeline_trial.ts";
import { rejectedBy } from "../../testing/thrown.ts";

Deno.test("Pipeline.embed() answers a client that leaves at once, and gives slots back behind the workers", async () => {
  const gate = Promise.withResolvers<void>();
  const trial = createPipelineTrial(async (job) => {
    await gate.promise;
    return decodeLevel(job);
  });
  const client = new AbortController();
  const failure = rejectedBy(trial.embed([photo(1), photo(2)], {}, { client: client.signal }));
  client.abort();
  assert.equal((await failure).code, "client_closed");
  assert.equal(trial.engine.slots.inUse, 2);
  assert.deepEqual(trial.signals.map((signal) => signal.aborted), [true, true]);
  gate.resolve();
  await gate.promise;
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(trial.engine.slots.inUse, 0);
  assert.deepEqual(trial.engine.inferences, []);
});

Deno.test("Pipeline.embed() answers a client that leaves while the model runs", async () => {
  const trial = createPipelineTrial(decodeLevel);
  trial.engine.script.push(() => new Promise(() => {}));
  const client = new AbortController();
  trial.engine.onInfer = () => client.abort();
  const error = await rejectedBy(trial.embed([photo(1)], {}, { client: client.signal }));
  assert.equal(error.code, "client_closed");
  await Promise.resolve();
  assert.equal(trial.engine.slots.inUse, 0);
});

for (
  const [what, values] of [
    ["a row too few", FAKE_DIM],
    ["a row too many", 3 * FAKE_DIM],
    ["half a row", 2 * FAKE_DIM - 2],
  ] as const
) {
  Deno.test(`Pipeline.embed() trusts no engine that gives ${what}`, async () => {
    const trial = createPipelineTrial(decodeLevel);
    trial.engine.script.push(() => new Float32Array(values).fill(1));
    const error = await rejectedBy(trial.embed([photo(1), photo(2)]));
    assert.equal(error.code, "internal");
    assert.equal(
      error.message,
      `Cannot use embeddings as there must be 8 values: there are ${values}`,
    );
    assert.equal(trial.engine.slots.inUse, 0);
  });
}

Deno.test("Pipeline.embed() trusts no engine that gives NaN", async () => {
  const trial = createPipelineTrial(decodeLevel);
  trial.engine.script.push(() => Float32Array.of(1, NaN, 1, 1));
  const error = await rejectedBy(trial.embed([photo(1)]));
  assert.equal(error.message, "Cannot use embeddings as all their values must be finite");
});

Deno.test("Pipeline.embed() turns what it does not know into internal, with its cause", async () => {
  const defect = new TypeError("defect");
  const trial = createPipelineTrial(() => {
    throw defect;
  });
  const error = await rejectedBy(trial.embed([photo(1)]));
  assert.equal(error.code, "internal");
  assert.equal(error.cause, defect);
});
