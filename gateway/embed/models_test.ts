import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { thrownBy } from "../../testing/thrown.ts";
import { Models } from "./models.ts";
import type { ReadinessState } from "./readiness.ts";
import type { ServedModel } from "./served_model.ts";

/** A model as far as its list looks at it. */
function model(state: ReadinessState, calls: string[] = [], name = "first"): ServedModel {
  const readiness = {
    open: () => calls.push("open"),
    drain: () => calls.push("drain"),
    check: () => Promise.resolve(state),
  };
  return { name, modality: "image", readiness } as unknown as ServedModel;
}

const READY = { isReady: true, reason: "recent embedding" };
const NOT_READY = { isReady: false, reason: "engine not healthy" };

Deno.test("Models.check() is ready while one model is, and tells each one's state", async () => {
  assert.deepEqual(await new Models([model(READY)]).check(), {
    ...READY,
    models: { first: READY },
  });
  const [first, second] = [model(NOT_READY), model(READY, [], "second")];
  assert.deepEqual(await new Models([first, second]).check(), {
    ...READY,
    models: { first: NOT_READY, second: READY },
  });
  const third = model({ isReady: false, reason: "draining" }, [], "third");
  assert.deepEqual(await new Models([first, third]).check(), {
    ...NOT_READY,
    models: { first: NOT_READY, third: { isReady: false, reason: "draining" } },
  });
});

Deno.test("Models.check() does not wait long for a model that hangs while another one is ready", async () => {
  using clock = stopTime();
  const { promise, resolve } = Promise.withResolvers<ReadinessState>();
  const hangs = { ...model(READY), readiness: { check: () => promise } } as unknown as ServedModel;
  const models = new Models([hangs, model(READY, [], "second")]);
  const first = models.check();
  await clock.tick(250);
  assert.deepEqual(await first, {
    ...READY,
    models: { first: { isReady: false, reason: "not checked yet" }, second: READY },
  });
  resolve(NOT_READY);
  assert.deepEqual((await models.check()).models.first, NOT_READY);
});

Deno.test("Models.named() finds a model by its name, by that and its version, and by an alias", () => {
  const versioned = { ...model(READY, [], "b:2"), version: "2" } as ServedModel;
  const newer = { ...model(READY, [], "b:3"), version: "3" } as ServedModel;
  const plain = { ...model(READY, [], "a"), version: "1" } as ServedModel;
  const aliases = [
    { alias: "ViT-B-32__laion2b", target: "b:3" },
    { alias: "short", target: "b" },
  ];
  const models = new Models([plain, versioned, newer], aliases);
  const found = (name: string) => models.named(name).name;
  assert.deepEqual(["a", "a:1", "b", "b:2", "b:3"].map(found), ["a", "a", "b:2", "b:2", "b:3"]);
  assert.deepEqual(["ViT-B-32__laion2b", "short"].map(found), ["b:3", "b:2"]);
  assert.deepEqual(models.aliasesOf(newer), ["ViT-B-32__laion2b"]);
  for (const name of ["a:2", "b:x", "B", ""]) {
    const error = thrownBy(() => models.named(name));
    assert.equal(error.code, "model_not_found");
    assert.match(error.message, /there are a, b:2, b:3, ViT-B-32__laion2b, short$/);
  }
});

Deno.test("Models opens and drains every model", () => {
  const calls: string[] = [];
  const models = new Models([model(READY, calls), model(READY, calls)]);
  models.open();
  models.drain();
  assert.deepEqual(calls, ["open", "open", "drain", "drain"]);
});

Deno.test("Models.choose() takes the model that is named, or the first that embeds the inputs", () => {
  const models = new Models([model(READY), model(READY, [], "second")]);
  assert.equal(models.choose("image", undefined).image?.name, "first");
  assert.equal(models.choose("image", "second").image?.name, "second");
});

Deno.test("Models.choose() says which models there are", () => {
  const models = new Models([model(READY), model(READY, [], "second")]);
  const error = thrownBy(() => models.choose("image", "third"));
  assert.equal(error.code, "model_not_found");
  assert.equal(error.message, "Cannot find model: there are first, second");
});
