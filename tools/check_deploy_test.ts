import assert from "node:assert/strict";
import { checkDeploy } from "./check_deploy.ts";

Deno.test("checkDeploy() counts what fails and what is missing, and says why", async () => {
  const printed: string[] = [];
  const counts = await checkDeploy([
    { program: Deno.execPath(), args: ["eval", "1"], source: "npm" },
    { program: Deno.execPath(), args: ["eval", "throw 'a wrong rule'"], source: "npm" },
    { program: "no-such-tool", args: ["check", "a"], source: "Debian" },
  ], (text) => printed.push(text));
  assert.deepEqual(counts, { failed: 1, missing: 1 });
  assert.match(printed[0] ?? "", /deno eval throw 'a wrong rule' failed:\n.*a wrong rule/s);
  assert.equal(printed[1], "left out, as Debian is not installed: no-such-tool check a");
});
