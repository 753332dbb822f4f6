import assert from "node:assert/strict";
import { thrownBy } from "../../testing/thrown.ts";
import { gatewayReadiness } from "../embed/gateway_readiness.ts";
import { Models } from "../embed/models.ts";
import type { ServedModel } from "../embed/served_model.ts";
import { readinessReply } from "./readiness_reply.ts";

const READY = { isReady: true, reason: "canary" };
const AWAY = { isReady: false, reason: "engine not healthy" };
const MODELS = new Models(
  [{ name: "a" } as ServedModel, { name: "b:2", version: "2" } as ServedModel],
  [{ alias: "ViT", target: "b" }],
);

Deno.test("readinessReply() says of one model what it always said", () => {
  const reply = readinessReply(gatewayReadiness({ a: AWAY }), MODELS);
  assert.equal(JSON.stringify(reply), '{"status":"not_ready","reason":"engine not healthy"}');
});

Deno.test("readinessReply() says which models it speaks for, and speaks for one by any of its names", () => {
  const readiness = gatewayReadiness({ a: READY, "b:2": AWAY });
  assert.equal(
    JSON.stringify(readinessReply(readiness, MODELS)),
    '{"status":"ready","reason":"canary","models":{"a":{"status":"ready","reason":"canary"},' +
      '"b:2":{"status":"not_ready","reason":"engine not healthy"}}}',
  );
  for (const name of ["b:2", "b", "ViT"]) {
    assert.deepEqual(readinessReply(readiness, MODELS, name), {
      status: "not_ready",
      reason: "engine not healthy",
    });
  }
  const unknown = thrownBy(() => readinessReply(readiness, MODELS, "c"));
  assert.equal(unknown.code, "model_not_found");
});
