import assert from "node:assert/strict";
import fc from "../testing/fast_check.ts";
import { InOrder } from "./in_order.ts";

Deno.test("InOrder gives everything once and in order, as soon as what is before it is there", () => {
  const orders = fc.nat({ max: 12 }).chain((count) =>
    fc.shuffledSubarray([...Array(count).keys()], { minLength: count })
  );
  fc.assert(fc.property(orders, (order) => {
    const inOrder = new InOrder<number>();
    const given: number[] = [];
    for (const [index, number] of order.entries()) {
      given.push(...inOrder.put(number, number));
      assert.equal(given.length + inOrder.waiting, index + 1);
    }
    assert.deepEqual(given, [...order.keys()]);
  }));
});
