import assert from "node:assert/strict";
import { shownValue } from "./shown_value.ts";

for (
  const [text, shown] of [
    ["a b", "a b"],
    ["", '""'],
    ["8080 ", '"8080 "'],
    ["triton\r", '"triton\\r"'],
    ["http://me:secret@host:8001", "http://<redacted>@host:8001"],
    ["http://me:sec@ret@host:8001", "http://<redacted>@host:8001"],
    ["x".repeat(101), `"${"x".repeat(100)}…"`],
  ] as const
) {
  Deno.test(`shownValue() repeats ${JSON.stringify(text)} as ${shown}`, () => {
    assert.equal(shownValue(text), shown);
  });
}
