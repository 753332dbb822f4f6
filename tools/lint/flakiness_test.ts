import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

const TEST = "triton/a_test.ts";

Deno.test("real-sleep reports literal durations, in tests and the fakes of testing/", () => {
  const sleeps = (text: string, path = TEST) => runRule("real-sleep", text, path).length;
  for (
    const text of [
      "setTimeout(done, 50);",
      "globalThis.setTimeout(done, 1_000);",
      "await delay(9);",
    ]
  ) assert.equal(sleeps(text), 1, text);
  assert.equal(sleeps("delay(10);", "testing/fake_engine.ts"), 1);
  assert.equal(sleeps("delay(10);", "testing/soak_main.ts"), 0);
  assert.equal(sleeps("delay(10);", "triton/a.ts"), 0);
});

Deno.test("real-sleep accepts zero, names and fake clocks", () => {
  const fake = 'import { install } from "../testing/fake_timers.ts";\nsetTimeout(done, 50);';
  const fine = ["setTimeout(done, 0);", "setTimeout(done);", "setTimeout(done, POLL_MS);"];
  for (const text of [...fine, "clock.setTimeout(done, 50);", fake]) {
    assert.deepEqual(runRule("real-sleep", text, TEST), [], text);
  }
});

Deno.test("fixed-port reports ports, but no port 0, expectations and production code", () => {
  const ports = (text: string, path = TEST) => runRule("fixed-port", text, path).length;
  assert.equal(ports("Deno.serve({ port: 8000 }, handler);"), 1);
  assert.equal(ports("const options = { port: 8000 };"), 1);
  assert.equal(ports("Deno.serve({ port: 0 }, handler);"), 0);
  assert.equal(ports("assert.deepEqual(a, { port: 8080 });"), 0);
  assert.equal(ports("serve({ port: 8080 });", "bench/a.ts"), 0);
});
