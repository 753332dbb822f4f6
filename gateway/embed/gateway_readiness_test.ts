import assert from "node:assert/strict";
import { gatewayReadiness, jointReadiness } from "./gateway_readiness.ts";

const READY = { isReady: true, reason: "recent embedding" };
const CANARY = { isReady: true, reason: "canary" };
const AWAY = { isReady: false, reason: "engine not healthy" };
const DRAINING = { isReady: false, reason: "draining" };

Deno.test("gatewayReadiness() is that of the first model that is ready, or else of the first", () => {
  const models = { a: AWAY, b: CANARY, c: READY };
  assert.deepEqual(gatewayReadiness(models), { ...CANARY, models });
  assert.deepEqual(gatewayReadiness({ a: DRAINING, b: AWAY }).reason, "draining");
  assert.equal(gatewayReadiness({ a: DRAINING, b: AWAY }).isReady, false);
});

Deno.test("jointReadiness() has a model ready only where it is in each isolate, and the gateway while one is", () => {
  const one = gatewayReadiness({ a: READY, b: CANARY });
  const other = gatewayReadiness({ a: AWAY, b: READY });
  assert.deepEqual(jointReadiness([one, other]), { ...CANARY, models: { a: AWAY, b: CANARY } });
  const none = gatewayReadiness({ a: READY, b: AWAY });
  assert.equal(jointReadiness([other, none]).isReady, false);
});
