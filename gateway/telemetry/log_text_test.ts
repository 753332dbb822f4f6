import assert from "node:assert/strict";
import { logText } from "./log_text.ts";

const START = { time: "2026-11-26T15:09:19.501Z", level: "info", message: "ready" } as const;

Deno.test("logText() is time, level, message and what is known, in a line", () => {
  assert.equal(
    logText({ ...START, model: "dct_512", url: "http://127.0.0.1:8080", seconds: 0.5, none: null }),
    "15:09:19.501Z info  ready model=dct_512 url=http://127.0.0.1:8080 seconds=0.5 none=null",
  );
  assert.equal(logText({ ...START, level: "error" }), "15:09:19.501Z error ready");
});

Deno.test("logText() quotes what could be taken for more than one value", () => {
  assert.equal(
    logText({ ...START, a: "two words", b: "", c: "x=1", d: 'a"b' }),
    '15:09:19.501Z info  ready a="two words" b="" c="x=1" d="a\\"b"',
  );
});

Deno.test("logText() shows the begin of long lists and objects, and the whole of text", () => {
  const long = "x".repeat(500);
  const line = logText({ ...START, config: { long }, cause: `${long} y` });
  assert.match(line, / config=\{"long":"x{111}… cause="x{500} y"$/);
});

Deno.test("logText() lets nothing through that a terminal obeys", () => {
  const hostile = "\x1b[2J\n\r\t\x7f\x9b31m\u202e\u2028\u200b";
  const line = logText({ ...START, message: hostile, [hostile]: hostile, list: [hostile] });
  assert.match(line, /^[\P{C}]+$/u);
  assert.doesNotMatch(line, /[\u2028]/);
  assert.match(line, /\\u\{9b\}31m/);
});
