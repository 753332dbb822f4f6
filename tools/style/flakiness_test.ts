import assert from "node:assert/strict";
import { parseSource } from "../syntax.ts";
import { checkPorts, checkSleeps } from "./flakiness.ts";

function count(
  check: typeof checkSleeps,
  text: string,
  path = "triton/a_test.ts",
): number {
  const file = { path, text };
  return check({ ...file, syntax: parseSource(file) }).length;
}

Deno.test("checkSleeps() reports literal durations", () => {
  assert.equal(count(checkSleeps, "setTimeout(done, 50);"), 1);
  assert.equal(count(checkSleeps, "globalThis.setTimeout(done, 1_000);"), 1);
  assert.equal(count(checkSleeps, "await delay(10);"), 1);
});

Deno.test("checkSleeps() accepts zero, names, fake clocks and production code", () => {
  assert.equal(count(checkSleeps, "setTimeout(done, 0);"), 0);
  assert.equal(count(checkSleeps, "setTimeout(done);"), 0);
  assert.equal(count(checkSleeps, "setTimeout(done, POLL_MS);"), 0);
  assert.equal(count(checkSleeps, "clock.setTimeout(done, 50);"), 0);
  const fake = 'import { install } from "@sinonjs/fake-timers";\n';
  assert.equal(count(checkSleeps, `${fake}setTimeout(done, 50);`), 0);
  assert.equal(count(checkSleeps, "delay(10);", "triton/a.ts"), 0);
});

Deno.test("checkSleeps() covers the fakes in testing/", () => {
  assert.equal(count(checkSleeps, "delay(10);", "testing/fake_engine.ts"), 1);
});

Deno.test("checkPorts() reports fixed ports", () => {
  assert.equal(count(checkPorts, "Deno.serve({ port: 8000 }, handler);"), 1);
  assert.equal(count(checkPorts, "const options = { port: 8000 };"), 1);
});

Deno.test("checkPorts() accepts port 0, expectations and production code", () => {
  assert.equal(count(checkPorts, "Deno.serve({ port: 0 }, handler);"), 0);
  assert.equal(count(checkPorts, "assert.deepEqual(a, { port: 8080 });"), 0);
  assert.equal(count(checkPorts, "serve({ port: 8080 });", "bench/a.ts"), 0);
});
