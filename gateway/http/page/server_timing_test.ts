import assert from "node:assert/strict";
import { parseServerTiming, splitTime } from "./server_timing.js";

Deno.test("parseServerTiming() reads names and durations, quoted or not, and leaves out what has none", () => {
  assert.deepEqual(
    parseServerTiming('body;dur=0.30, infer;desc="a;b"; dur="12", cdn, total;dur=13.5'),
    [
      { name: "body", ms: 0.3 },
      { name: "infer", ms: 12 },
      { name: "total", ms: 13.5 },
    ],
  );
  assert.deepEqual(parseServerTiming(""), []);
});

Deno.test("splitTime() adds up to the time that was waited, whatever the phases leave open", () => {
  const parts = splitTime("body;dur=1.00, infer;dur=5.00, total;dur=8.00", 20);
  assert.deepEqual(parts, [
    { name: "body", ms: 1 },
    { name: "infer", ms: 5 },
    { name: "rest", ms: 2 },
    { name: "line", ms: 12 },
  ]);
});

Deno.test("splitTime() has no negative parts where phases overlap or clocks differ, and one part without a header", () => {
  assert.deepEqual(splitTime("body;dur=4.00, infer;dur=5.00, total;dur=8.00", 7), [
    { name: "body", ms: 4 },
    { name: "infer", ms: 5 },
  ]);
  assert.deepEqual(splitTime("", 7), [{ name: "line", ms: 7 }]);
});
