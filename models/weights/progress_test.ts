import assert from "node:assert/strict";
import { Progress } from "./progress.ts";

/** What a progress writes for updates of [ms, bytes, total]. */
function written(
  updates: readonly (readonly [ms: number, bytes: number, total?: number])[],
  isTerminal = false,
): string[] {
  const texts: string[] = [];
  let clock = 0;
  const progress = new Progress({
    label: "w",
    write: (text) => texts.push(text),
    isTerminal,
    now: () => clock,
  });
  for (const [ms, bytes, total] of updates) {
    clock = ms;
    progress.update(bytes, total);
  }
  return texts;
}

Deno.test("Progress tells percentage, speed and time left, by what came since the start", () => {
  assert.deepEqual(written([[0, 200e6, 600e6], [10_000, 300e6, 600e6]]), [
    "w  33 %  200.0 MB of 600.0 MB\n",
    "w  50 %  300.0 MB of 600.0 MB  10.0 MB/s  30 s left\n",
  ]);
  assert.deepEqual(
    written([[0, 0, 600e6], [100_000, 100e6, 600e6]])[1],
    [
      "w  16 %  100.0 MB of 600.0 MB  1.0 MB/s  8 min 20 s left\n",
    ][0],
  );
});

Deno.test("Progress writes a line every five seconds to a log, and the last one", () => {
  const updates = Array.from({ length: 101 }, (_, index) => [index * 100, index, 100] as const);
  assert.equal(written(updates).length, 3);
  assert.match(written(updates).at(-1) as string, /^w {2}100 %/);
});

Deno.test("Progress rewrites one line of a terminal, five times a second", () => {
  const updates = Array.from({ length: 11 }, (_, index) => [index * 100, index, 10] as const);
  const texts = written(updates, true);
  assert.equal(texts.length, 6);
  assert.ok(texts.every((text) => text.startsWith("\r\x1b[K")));
  assert.deepEqual(texts.map((text) => text.endsWith("\n")), [...Array(5).fill(false), true]);
});

Deno.test("Progress tells what it knows of a file of unknown size", () => {
  assert.deepEqual(written([[0, 0], [5000, 10e6]]), ["w  0.0 MB\n", "w  10.0 MB  2.0 MB/s\n"]);
});

Deno.test("Progress puts notes on lines of their own", () => {
  const texts: string[] = [];
  const write = (text: string) => texts.push(text);
  for (const isTerminal of [true, false]) {
    new Progress({ label: "w", write, isTerminal, now: () => 0 }).note("again");
  }
  assert.deepEqual(texts, ["\r\x1b[Kagain\n", "again\n"]);
});
