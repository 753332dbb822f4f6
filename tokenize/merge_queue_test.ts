import assert from "node:assert/strict";
import fc from "../testing/fast_check.ts";
import { MergeQueue, type PossibleMerge } from "./merge_queue.ts";

Deno.test("MergeQueue gives the lowest id first, then the leftmost place", () => {
  const merges = fc.array(
    fc.record({ id: fc.nat(65_535), place: fc.nat(2 ** 31 - 1) }, { noNullPrototype: true }),
  );
  fc.assert(fc.property(merges, (offered) => {
    const queue = new MergeQueue(offered.length);
    for (const { id, place } of offered) queue.push(id, place);
    const given: PossibleMerge[] = [];
    for (let merge = queue.pop(); merge !== undefined; merge = queue.pop()) given.push(merge);
    assert.deepEqual(given, offered.toSorted((a, b) => a.id - b.id || a.place - b.place));
  }));
});
