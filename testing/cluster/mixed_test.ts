import assert from "node:assert/strict";
import type { Asked } from "./asked.ts";
import { lateReplies, mixedReplies } from "./mixed.ts";

const blue = { digest: "b", space: "s1", heads: [[0.1, 0.2], [0.3, 0.4]] };
const green = { digest: "g", space: "s2", heads: [[0.5, 0.6], [0.7, 0.8]] };
const reply = (dueMs: number, changes: Partial<Asked>): Asked => ({
  ...blue,
  dueMs,
  repliedMs: dueMs,
  status: 200,
  error: null,
  ...changes,
});

Deno.test("mixedReplies() finds vectors of one model under the name of the other, or beside its own", () => {
  const other = { heads: [blue.heads[0] ?? [], green.heads[1] ?? []] };
  const asked = [reply(1, {}), reply(2, green), reply(3, other), reply(4, { digest: "g" })];
  const late = reply(5, { status: 503, heads: [] });
  assert.deepEqual(
    mixedReplies([...asked, late], [blue, green]).map(({ dueMs }) => dueMs),
    [3, 4],
  );
});

Deno.test("mixedReplies() lets rounding be", () => {
  const rounded = reply(1, { heads: [[0.10001, 0.2], [0.3, 0.39999]] });
  assert.deepEqual(mixedReplies([rounded], [blue, green]), []);
});

Deno.test("lateReplies() counts the first model's behind the second's first", () => {
  const asked = [reply(1, {}), reply(2, green), reply(3, {}), reply(4, green)];
  assert.equal(lateReplies(asked, blue, green), 1);
  assert.equal(lateReplies([reply(1, {})], blue, green), 0);
});
