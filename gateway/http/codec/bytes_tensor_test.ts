import assert from "node:assert/strict";
import { bytesTensor } from "../../../testing/kserve_bodies.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { splitElements } from "./bytes_tensor.ts";

const TENSOR = bytesTensor("ab", "", "c");

Deno.test("splitElements() gives views of elements, empty ones as well", () => {
  const elements = splitElements(TENSOR, 3);
  assert.deepEqual(elements.map((element) => new TextDecoder().decode(element)), ["ab", "", "c"]);
  assert.equal(elements[0]?.buffer, TENSOR.buffer);
  assert.deepEqual(splitElements(new Uint8Array(), 0), []);
  // Somewhere within a body, where no four bytes are aligned.
  const moved = new Uint8Array([9, ...TENSOR, 9]).subarray(1, -1);
  assert.deepEqual(splitElements(moved, 3), elements);
});

const longer = TENSOR.slice();
longer[0] = 200;
const huge = TENSOR.slice().fill(0xff, 0, 4);
const shorter = TENSOR.slice();
shorter[0] = 1;
for (
  const [what, tensor, count, message] of [
    ["an element that is longer than the rest", longer, 3, /element 0 of 3 must be its length/],
    ["a length of 4 GiB", huge, 3, /element 0 of 3 must be/],
    ["an element that is shorter than it says", shorter, 3, /element 1 of 3 must be/],
    ["half a length", TENSOR.subarray(0, 8), 2, /element 1 of 2 must be/],
    ["more elements than the shape says", TENSOR, 2, /its 2 elements must be all .*: 5 bytes are/],
    ["fewer elements than the shape says", TENSOR, 4, /element 3 of 4 must be/],
  ] as const
) {
  Deno.test(`splitElements() refuses ${what}`, () => {
    const error = thrownBy(() => splitElements(tensor, count));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, message);
  });
}
