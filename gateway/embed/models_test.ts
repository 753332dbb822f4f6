import assert from "node:assert/strict";
import { Models } from "./models.ts";
import type { ReadinessState } from "./readiness.ts";
import type { ServedModel } from "./served_model.ts";

/** A model as far as its list looks at it. */
function model(state: ReadinessState, calls: string[] = []): ServedModel {
  const readiness = {
    open: () => calls.push("open"),
    drain: () => calls.push("drain"),
    check: () => Promise.resolve(state),
  };
  return { readiness } as unknown as ServedModel;
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
