import assert from "node:assert/strict";
import { FinalError, withPaths } from "./final_error.ts";

Deno.test("withPaths() takes a path that leads nowhere for final, and no other trouble", async () => {
  assert.equal(await withPaths(Promise.resolve(1)), 1);
  await assert.rejects(withPaths(Deno.stat("/nowhere/at/all")), FinalError);
  const passing = new Error("Input/output error (os error 5)");
  await assert.rejects(withPaths(Promise.reject(passing)), passing);
});
