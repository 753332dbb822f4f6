import assert from "node:assert/strict";
import { bytesText, countText, sizeText, splitPath } from "./amounts.js";

Deno.test("amounts are said as people read them", () => {
  const bytes = [0, 999, 48_117, 1_250_000, 25_000_000].map(bytesText);
  assert.deepEqual(bytes, ["0 B", "999 B", "48 kB", "1.3 MB", "25 MB"]);
  assert.deepEqual([countText(1, "group"), countText(5000, "group")], ["1 group", "5,000 groups"]);
  assert.deepEqual([
    sizeText({ width: 4, height: 3 }),
    sizeText({ width: undefined, height: undefined }),
  ], ["4 × 3", ""]);
});

Deno.test("splitPath() knows both systems' paths", () => {
  assert.deepEqual(splitPath("2026/a.jpg"), { name: "a.jpg", folder: "2026/" });
  assert.deepEqual(splitPath("C:\\p\\a.jpg"), { name: "a.jpg", folder: "C:\\p\\" });
  assert.deepEqual(splitPath("a.jpg"), { name: "a.jpg", folder: "" });
});
