import assert from "node:assert/strict";
import { createScriptedPool, never } from "../../testing/workers/scripted_pool.ts";

Deno.test("WorkerPool gives its workers files and libraries to load, and no other rights", async () => {
  using pool = createScriptedPool();
  const { value } = await pool.run({ kind: "permissions" }, [], never());
  assert.equal(value, "read,ffi");
});
