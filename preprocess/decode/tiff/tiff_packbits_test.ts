import assert from "node:assert/strict";
import { PackBitsReader } from "./tiff_packbits.ts";

function unpack(packed: readonly number[], ...lengths: readonly number[]): number[] {
  const reader = new PackBitsReader(Uint8Array.from(packed));
  return lengths.flatMap((length) => {
    const out = new Uint8Array(length);
    reader.read(out);
    return [...out];
  });
}

Deno.test("PackBitsReader reads runs of equal and of other bytes, over the ends of rows", () => {
  // The example of Apple's Technical Note TN1023.
  const packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22];
  const bytes = [0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0, 0x2a, 0x22];
  assert.deepEqual(unpack(packed, 14), bytes);
  assert.deepEqual(unpack(packed, 2, 3, 4, 5), bytes);
});

Deno.test("PackBitsReader passes over what stands for nothing, and looks at nothing behind the last byte", () => {
  assert.deepEqual(unpack([128, 128, 0, 7, 128], 1), [7]);
  assert.deepEqual(unpack([5, 1, 2], 2), [1, 2]);
});

Deno.test("PackBitsReader refuses a strip that ends within a run, or before it", () => {
  for (const packed of [[], [128], [5, 1, 2], [0xfe], [0]]) {
    assert.throws(() => unpack(packed, 3), /Cannot unpack all of a strip/, String(packed));
  }
});
