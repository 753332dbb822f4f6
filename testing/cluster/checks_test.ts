import assert from "node:assert/strict";
import { CHECKS, chooseChecks } from "./checks.ts";

Deno.test("chooseChecks() gives all checks, or those that are named, in their order", () => {
  assert.deepEqual(chooseChecks([]), CHECKS);
  const names = chooseChecks(["models", "kind"]).map(({ name }) => name);
  assert.deepEqual(names, ["kind", "models"]);
});

Deno.test("chooseChecks() refuses a name that is none", () => {
  assert.throws(() => chooseChecks(["kind", "rain"]), /--only must be of dry-run, .*: it is rain/);
});
