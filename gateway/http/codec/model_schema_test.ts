import assert from "node:assert/strict";
import { TEST_INFO } from "../../../testing/app_harness.ts";
import { SERVED_MODEL } from "./model_schema.ts";

Deno.test("SERVED_MODEL is what /info tells of a model, and nothing else", () => {
  const [model] = TEST_INFO.models;
  const status = { ...model, ready: true, reason: "" };
  assert.ok(SERVED_MODEL.safeParse(status).success);
  assert.ok(!SERVED_MODEL.safeParse({ ...status, path: "/" }).success);
});
