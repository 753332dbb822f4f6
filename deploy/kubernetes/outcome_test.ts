import assert from "node:assert/strict";
import { outcomeOf } from "./outcome.ts";

Deno.test("outcomeOf() has what a program says, and whether it failed", async () => {
  assert.deepEqual(
    await outcomeOf(Deno.execPath(), ["eval", "console.log(1); console.error(2); Deno.exit(3)"]),
    { code: 3, success: false, stdout: "1\n", stderr: "2\n" },
  );
});

Deno.test("outcomeOf() throws where there is no such program", async () => {
  await assert.rejects(() => outcomeOf("no-such-program", []), Deno.errors.NotFound);
});
