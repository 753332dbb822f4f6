import assert from "node:assert/strict";
import fc from "../testing/fast_check.ts";
import { PairTable } from "./pair_table.ts";

Deno.test("PairTable finds what was put in, and nothing else", () => {
  const id = fc.oneof(fc.nat(65_535), fc.nat(3));
  const entries = fc.array(fc.tuple(id, id, fc.integer({ min: 1, max: 65_535 })), {
    maxLength: 80,
  });
  fc.assert(fc.property(entries, fc.tuple(id, id), (put, [left, right]) => {
    const table = new PairTable(put.length);
    const known = new Map<string, number>();
    for (const [first, second, result] of put) {
      table.set(first, second, result);
      known.set(`${first} ${second}`, result);
    }
    for (const [first, second] of [...put, [left, right] as const]) {
      assert.equal(table.get(first, second), known.get(`${first} ${second}`));
    }
  }));
});
