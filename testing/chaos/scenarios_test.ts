import assert from "node:assert/strict";
import { playOrder } from "./scenarios.ts";

const names = (asked: readonly string[], withTriton: boolean, isShort = false) =>
  playOrder(asked, { withTriton, isShort }).map(({ scenario, part }) =>
    [scenario.name, part].join(":")
  );

Deno.test("playOrder() plays with Triton what comes to an engine, and the rest without", () => {
  assert.deepEqual(names([], true), ["overload:", "triton:", "models:"]);
  assert.deepEqual(names([], true, true), ["triton:", "models:"]);
  assert.ok(names([], false).includes("bombs:"));
  assert.ok(!names([], false).includes("triton:"));
});

Deno.test("playOrder() takes names and their parts, and refuses others", () => {
  assert.deepEqual(names(["bombs:cmyk", "drain"], false), ["bombs:cmyk", "drain:"]);
  assert.throws(() => names(["rain"], false), /SCENARIO must be of overload, .* it is rain/);
});
