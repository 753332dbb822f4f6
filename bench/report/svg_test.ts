import assert from "node:assert/strict";
import { element, escapeText, formatBytes, short, ticks } from "./svg.ts";

Deno.test("ticks() are round and cover the largest value", () => {
  assert.deepEqual(ticks(187), [0, 50, 100, 150, 200]);
  assert.deepEqual(ticks(6.2), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticks(1), [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(ticks(0), [0, 1]);
});

Deno.test("short() keeps three digits", () => {
  assert.deepEqual([0.00001234, 1.234, 45.67, 1234567, NaN].map(short), [
    "0.0000123",
    "1.23",
    "45.7",
    "1,234,567",
    "–",
  ]);
});

Deno.test("formatBytes() picks the unit", () => {
  assert.deepEqual([12, 11_550, 602_112, 3_010_560].map(formatBytes), [
    "12 B",
    "11.6 kB",
    "602 kB",
    "3.01 MB",
  ]);
});

Deno.test("element() escapes attributes, and leaves out what is not given", () => {
  assert.equal(
    element("a", { x: 1.005, y: undefined, t: '"<&' }, "b"),
    '<a x="1" t="&quot;&lt;&amp;">b</a>',
  );
  assert.equal(escapeText("<script>"), "&lt;script>");
});
