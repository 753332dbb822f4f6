import assert from "node:assert/strict";
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
  return { name, readiness } as unknown as ServedModel;
}

const READY = { isReady: true, reason: "recent embedding" };
const NOT_READY = { isReady: false, reason: "engine not healthy" };

Deno.test("Models.check() is ready when every model is, and has the reason of one that is not", async () => {
  assert.deepEqual(await new Models([model(READY)]).check(), READY);
  assert.deepEqual(await new Models([model(READY), model(NOT_READY)]).check(), NOT_READY);
});

Deno.test("Models opens and drains every model", () => {
  const calls: string[] = [];
  const models = new Models([model(READY, calls), model(READY, calls)]);
  models.open();
  models.drain();
  assert.deepEqual(calls, ["open", "open", "drain", "drain"]);
});

Deno.test("Models.choose() takes the model that is named, or the first", () => {
  const models = new Models([model(READY), model(READY, [], "second")]);
  const photo = [Uint8Array.of(1)];
  assert.equal(models.choose(photo, undefined).name, "first");
  assert.equal(models.choose(photo, "second").name, "second");
});

Deno.test("Models.choose() says which models there are", () => {
  const models = new Models([model(READY), model(READY, [], "second")]);
  const error = thrownBy(() => models.choose([], "third"));
  assert.equal(error.code, "model_not_found");
  assert.equal(error.message, "Cannot find model: there are first, second");
});

Deno.test("Models.choose() refuses words where a model embeds images", () => {
  const error = thrownBy(() => new Models([model(READY)]).choose(["words"], undefined));
  assert.equal(error.code, "modality_not_supported");
});
