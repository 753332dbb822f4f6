import assert from "node:assert/strict";
import { readRasters } from "../../../testing/goldens/read_rasters.ts";
import { readWebpContainer } from "../../header/webp_container.ts";
import { hasOrderlyPartitions } from "./vp8_partitions.ts";

const FRAMES = readRasters("webp").flatMap(({ name, file, error }) => {
  if (error !== undefined) return [];
  const { name: chunk, offset, length } = readWebpContainer(file).frame.image;
  return chunk === "VP8 " ? [{ name, frame: file.slice(offset, offset + length) }] : [];
});
/** Behind frame tag, start code and size. */
const FIRST = 10;

Deno.test("hasOrderlyPartitions() says so of every lossy picture that an encoder made", () => {
  assert.ok(FRAMES.length > 50);
  for (const { name, frame } of FRAMES) assert.ok(hasOrderlyPartitions(frame), name);
});

Deno.test("hasOrderlyPartitions() refuses 255 as the first byte of either partition, and takes it as the second", () => {
  for (const { name, frame } of FRAMES) {
    const coefficients = FIRST + (new DataView(frame.buffer).getUint32(0, true) << 8 >>> 13);
    for (const start of [FIRST, coefficients]) {
      const damaged = frame.slice();
      damaged[start] = 0xff;
      assert.equal(hasOrderlyPartitions(damaged), false, `${name} at ${start}`);
    }
    const other = frame.slice();
    other[coefficients + 1] = 0xff;
    assert.ok(hasOrderlyPartitions(other), name);
  }
});

Deno.test("hasOrderlyPartitions() finds each of several partitions behind the sizes of those before", () => {
  // No segments, no filter, no adjustment, and 3 as the logarithm of their number: 16 flags, of which the last two are set.
  const header = [0, 3, 0];
  const [sizes, first] = [FIRST + header.length, FIRST + header.length + 7 * 3];
  const frame = new Uint8Array(first + 10);
  frame.set([header.length << 5]);
  frame.set(header, FIRST);
  frame[sizes] = 5;
  const isOrderlyWith = (start: number) => hasOrderlyPartitions(frame.with(start, 0xff));
  const places = Array.from({ length: 10 }, (_, place) => first + place);
  assert.deepEqual(places.filter((place) => !isOrderlyWith(place)), [first, first + 5]);
});

Deno.test("hasOrderlyPartitions() meets a frame that is cut anywhere", () => {
  const { frame } = FRAMES[0] as { frame: Uint8Array };
  for (let length = 0; length < 60; length++) hasOrderlyPartitions(frame.subarray(0, length));
});
