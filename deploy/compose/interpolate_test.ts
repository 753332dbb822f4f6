import assert from "node:assert/strict";
import { interpolate } from "./interpolate.ts";

const VARIABLES = { SET: "value", EMPTY: "" };

for (
  const [text, expected] of [
    ["plain", "plain"],
    ["$SET and ${SET}", "value and value"],
    ["$$SET costs $$1", "$SET costs $1"],
    ["${NONE}", ""],
    ["${SET:-other}", "value"],
    ["${EMPTY:-other}", "other"],
    ["${EMPTY-other}", ""],
    ["${NONE-other}", "other"],
    ["${NONE:-127.0.0.1:8080}:8080", "127.0.0.1:8080:8080"],
    ["${SET:+yes}", "yes"],
    ["${EMPTY:+yes}", ""],
    ["${EMPTY+yes}", "yes"],
    ["${SET:?must be set}", "value"],
    ["${NONE:-${SET:-other}}", "value"],
    ["${NONE:-${EMPTY:-other,second}}", "other,second"],
    ["${SET:-${NONE}}", "value"],
  ] as const
) {
  Deno.test(`interpolate() makes ${text} into ${expected}`, () => {
    assert.equal(interpolate(text, VARIABLES).text, expected);
  });
}

Deno.test("interpolate() tells which variables are named", () => {
  assert.deepEqual(interpolate("${A:-x} $B $$C ${D:-${E:-x}}", {}).names, ["A", "B", "D", "E"]);
});

for (const text of ["${EMPTY:?must be set}", "${NONE?must be set}"]) {
  Deno.test(`interpolate() rejects ${text}`, () => {
    assert.throws(() => interpolate(text, VARIABLES), /must be set/);
  });
}

for (const text of ["costs 5$", "${", "${A:-${B:-${C}}}", "${1}"]) {
  Deno.test(`interpolate() rejects ${text}, which Compose does not take or we do not use`, () => {
    assert.throws(() => interpolate(text, VARIABLES), SyntaxError);
  });
}
