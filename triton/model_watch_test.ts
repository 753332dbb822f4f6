import assert from "node:assert/strict";
import { create } from "@bufbuild/protobuf";
import { ModelStatisticsSchema } from "../proto/gen/inference_pb.ts";
import { type FakeClock, stopTime } from "../testing/fake_clock.ts";
import type { ModelStatistics } from "./client.ts";
import { ModelWatch } from "./model_watch.ts";

/** What a server says that counted `count` inputs, one a run, each of a microsecond. */
function counted(count: number, version = "1"): ModelStatistics {
  const sum = BigInt(count);
  return create(ModelStatisticsSchema, {
    version,
    inferenceCount: sum,
    executionCount: sum,
    inferenceStats: { success: { count: sum, ns: sum * 1000n } },
  });
}

interface Trial extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly watch: ModelWatch;
  /** What the server says when asked; an error when it does not answer. */
  answer: () => ModelStatistics[] | Promise<ModelStatistics[]>;
  readonly questions: number;
}

/** A watch of a server that counted 10, time stopped at its first answer. */
async function createTrial(): Promise<Trial> {
  const clock = stopTime();
  let questions = 0;
  const watch = new ModelWatch(async () => {
    questions++;
    return await trial.answer();
  });
  const trial: Trial = {
    clock,
    watch,
    answer: () => [counted(10)],
    get questions() {
      return questions;
    },
    [Symbol.asyncDispose]: async () => {
      await watch[Symbol.asyncDispose]();
      assert.equal(clock.timers, 0);
      clock[Symbol.dispose]();
    },
  };
  watch.renew();
  await clock.tick(0);
  return trial;
}

Deno.test("ModelWatch knows nothing before it is told of a connection, and asks nothing", async () => {
  await using watch = new ModelWatch(() => Promise.reject(new Error("asked")));
  assert.equal(watch.epoch, undefined);
});

Deno.test("ModelWatch keeps its epoch while the counts grow or stay", async () => {
  await using trial = await createTrial();
  const { epoch } = trial.watch;
  assert.notEqual(epoch, undefined);
  for (const count of [10, 11, 5000]) {
    trial.answer = () => [counted(count)];
    await trial.clock.tick(500);
    assert.equal(trial.watch.epoch, epoch);
  }
  assert.equal(trial.questions, 4);
});

for (
  const [what, answer] of [
    ["smaller counts", [counted(9)]],
    ["counts of no run yet", [counted(0)]],
    ["another version", [counted(10, "2")]],
    ["one version more", [counted(10), counted(0, "2")]],
    ["a version less", []],
    ["the same counts after less time", [{ ...counted(10), inferenceStats: undefined }]],
  ] as const
) {
  Deno.test(`ModelWatch takes ${what} for another model`, async () => {
    await using trial = await createTrial();
    const { epoch } = trial.watch;
    trial.answer = () => [...answer] as ModelStatistics[];
    await trial.clock.tick(500);
    assert.notEqual(trial.watch.epoch, undefined);
    assert.notEqual(trial.watch.epoch, epoch);
  });
}

Deno.test("ModelWatch.renew() begins another epoch, unknown until the server answered", async () => {
  await using trial = await createTrial();
  const { epoch } = trial.watch;
  trial.watch.renew();
  assert.equal(trial.watch.epoch, undefined);
  await trial.clock.tick(0);
  assert.notEqual(trial.watch.epoch, undefined);
  assert.notEqual(trial.watch.epoch, epoch);
});

Deno.test("ModelWatch believes no answer to a question of before the last connection", async () => {
  await using trial = await createTrial();
  const late = Promise.withResolvers<ModelStatistics[]>();
  trial.answer = () => late.promise;
  await trial.clock.tick(500);
  trial.watch.renew();
  late.resolve([counted(11)]);
  await trial.clock.tick(0);
  assert.equal(trial.watch.epoch, undefined);
  trial.answer = () => [counted(1)];
  await trial.clock.tick(500);
  assert.notEqual(trial.watch.epoch, undefined);
});

Deno.test("ModelWatch knows nothing 1.5 s after the last answer, and never the old epoch again", async () => {
  await using trial = await createTrial();
  const { epoch } = trial.watch;
  trial.answer = () => {
    throw new Error("away");
  };
  await trial.clock.tick(1500);
  assert.equal(trial.watch.epoch, epoch);
  await trial.clock.tick(1);
  assert.equal(trial.watch.epoch, undefined);
  trial.answer = () => [counted(11)];
  await trial.clock.tick(500);
  assert.notEqual(trial.watch.epoch, undefined);
  assert.notEqual(trial.watch.epoch, epoch);
});

Deno.test("ModelWatch believes an answer for as long from its question on, however late it comes", async () => {
  await using trial = await createTrial();
  const { epoch } = trial.watch;
  const late = Promise.withResolvers<ModelStatistics[]>();
  trial.answer = () => late.promise;
  await trial.clock.tick(1500);
  late.resolve([counted(11)]);
  await trial.clock.tick(0);
  trial.answer = () => {
    throw new Error("away");
  };
  await trial.clock.tick(500);
  assert.equal(trial.watch.epoch, epoch);
  await trial.clock.tick(1);
  assert.equal(trial.watch.epoch, undefined);
});

Deno.test("ModelWatch asks no more when it is disposed, and knows nothing", async () => {
  const trial = await createTrial();
  const { watch, clock } = trial;
  await watch[Symbol.asyncDispose]();
  watch.renew();
  await clock.tick(5000);
  assert.equal(watch.epoch, undefined);
  assert.equal(trial.questions, 1);
  await trial[Symbol.asyncDispose]();
});
