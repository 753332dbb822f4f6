import assert from "node:assert/strict";
import { READINESS } from "./own_replies.ts";

Deno.test("READINESS has models where there are several", () => {
  const ready = { status: "ready", reason: "canary" };
  assert.ok(READINESS.safeParse(ready).success);
  assert.ok(READINESS.safeParse({ ...ready, models: { a: ready } }).success);
  assert.ok(!READINESS.safeParse({ status: "well", reason: "" }).success);
});
