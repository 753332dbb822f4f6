import assert from "node:assert/strict";
import { GatewayError, toGatewayError } from "../contract/errors.ts";
import { LateJob } from "./late_job.ts";

Deno.test("LateJob is an error of the catalogue, and keeps its promise where others are made anew", async () => {
  const ended = Promise.withResolvers<void>();
  const late = new LateJob("deadline_exceeded", "Cannot do it within 5 ms", ended.promise);
  assert.ok(late instanceof GatewayError);
  assert.deepEqual([late.status, late.name], [504, "LateJob"]);
  assert.equal(toGatewayError(late), late);
  ended.resolve();
  await late.ended;
});
