import assert from "node:assert/strict";
import { runRule } from "./run_rule.ts";

const judged = (message: string, path?: string) =>
  runRule("message-sentence", `throw new GatewayError("internal", ${message});`, path).length;

Deno.test("message-sentence reports messages that are no sentence, or end in a period", () => {
  for (
    const text of [
      '"cannot"',
      '"Cannot."',
      '"It can\'t"',
      '"A  b"',
      '"A " + "b "',
      "`A ${b}.`",
      "`${a} is`",
    ]
  ) assert.equal(judged(text), 1, text);
  assert.equal(runRule("message-sentence", 'new Refusal("invalid_image", "no");').length, 1);
});

Deno.test("message-sentence accepts sentences, and leaves tests and other errors alone", () => {
  for (const text of ['"Cannot"', '"A " + `b ${c}`', "message", '"a" + b']) {
    assert.equal(judged(text), 0, text);
  }
  assert.equal(judged('"cannot"', "triton/a_test.ts"), 0);
  assert.deepEqual(runRule("message-sentence", 'new Error("no");'), []);
});
