import assert from "node:assert/strict";
import { exceededBudgets, folderSizes, medianLines } from "./check_sizes.ts";

const file = (path: string, lines: number) => ({ path, text: "a;\n".repeat(lines) });
const FILES = [
  file("gateway/http/a.ts", 10),
  file("gateway/http/a_test.ts", 40),
  file("gateway/b.ts", 30),
  file("triton/c.ts", 20),
  file("proto/gen/d.ts", 1000),
  file("tools/e.ts", 3660),
];

Deno.test("folderSizes() counts folders and rooms, tests apart, and nothing generated", () => {
  assert.deepEqual(folderSizes(FILES), [
    { folder: "gateway", files: 3, lines: 40, testLines: 40 },
    { folder: "gateway/http", files: 2, lines: 10, testLines: 40 },
    { folder: "tools", files: 1, lines: 3660, testLines: 0 },
    { folder: "triton", files: 1, lines: 20, testLines: 0 },
  ]);
});

Deno.test("medianLines() takes production files alone, and an empty tree", () => {
  assert.equal(medianLines(FILES), 20);
  assert.equal(medianLines([]), 0);
});

Deno.test("exceededBudgets() names folders and a median above their limits", () => {
  assert.deepEqual(exceededBudgets(folderSizes(FILES), 100), []);
  assert.deepEqual(exceededBudgets(folderSizes([...FILES, file("tools/e_test.ts", 1)]), 101), [
    "tools/ has 3661 lines with its tests: limit is 3660",
    "the middle production file has 101 lines: limit is 100",
  ]);
});
