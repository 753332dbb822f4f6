import assert from "node:assert/strict";
import { ended, run } from "./run.ts";

const ok = Deno.build.os === "windows";

Deno.test({
  name: "run() gives what a program says of its input",
  ignore: ok,
  fn: async () => assert.equal(await run(["cat"], { stdin: "a\n" }), "a\n"),
});

Deno.test({
  name: "run() tells what a program complained of",
  ignore: ok,
  fn: async () => {
    await assert.rejects(run(["sh", "-c", "echo why >&2; exit 3"]), /sh -c .* exit code 3\nwhy/s);
    assert.equal((await ended(["false"], { stdin: "x" })).code, 1);
  },
});
