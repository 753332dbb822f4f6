import assert from "node:assert/strict";
import { HELP, parseCommand } from "./command.ts";

const defaults = {
  batching: undefined,
  check: false,
  configOnly: false,
  help: false,
  repository: "model_repository",
  weights: undefined,
  models: ["dct_512"],
};

Deno.test("parseCommand() exports the model that needs nothing unless told otherwise", () => {
  assert.deepEqual(parseCommand([]), defaults);
  assert.deepEqual(parseCommand(["a", "b", "--weights", "w", "--batching", "throughput"]), {
    ...defaults,
    models: ["a", "b"],
    weights: "w",
    batching: "throughput",
  });
});

Deno.test("parseCommand() checks all models unless told otherwise", () => {
  assert.deepEqual(parseCommand(["--check"]), { ...defaults, check: true, models: undefined });
  assert.deepEqual(parseCommand(["--check", "a"]), { ...defaults, check: true, models: ["a"] });
});

Deno.test("parseCommand() explains what it does not take", () => {
  assert.match(
    (parseCommand(["--batching", "fast"]) as TypeError).message,
    /: current value is fast$/,
  );
  assert.ok(parseCommand(["--seed", "1"]) instanceof TypeError);
});

Deno.test("HELP names every option", () => {
  for (const option of ["batching", "check", "config-only", "repository", "weights"]) {
    assert.match(HELP, new RegExp(`--${option} `));
  }
});
