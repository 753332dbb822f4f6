/** Files written by hand; those of encoders, held to Pillow, stand in `unended_jpeg_test.ts`. */
import assert from "node:assert/strict";
import { bytesOf, frame, scan, segment, SOI } from "../../../testing/jpeg_bytes.ts";
import { readSequentialScan } from "./sequential_scan.ts";
import { reachesLastMcu } from "./suspending_reader.ts";

/** One code: a bit 0, for a difference of 0 and for the end of a block. */
const CODES = [0x00, 0x10].flatMap((name) => segment(0xc4, [name, 1, ...Array(15).fill(0), 0]));
const MCU_BITS = 2;
/** What libjpeg fills an empty buffer with. */
const BUFFER_BYTES = 8;
const zeros = (count: number): number[] => Array(count).fill(0);

/** Whether the data are enough for so many MCUs. */
function reaches(data: readonly number[], mcus: number, restartInterval = 0): boolean {
  const rows = Math.ceil(mcus / 8000);
  const bytes = bytesOf(
    SOI,
    CODES,
    segment(0xdd, [0, restartInterval]),
    frame({ width: 8 * mcus / rows, height: 8 * rows, components: 1 }),
    scan(1),
    data,
  );
  const read = readSequentialScan(bytes);
  assert.ok(read);
  return reachesLastMcu(bytes, read);
}

Deno.test("reachesLastMcu() wants the bytes that libjpeg looks ahead, and no more", () => {
  assert.equal(reaches(zeros(BUFFER_BYTES - 1), 8), false);
  assert.equal(reaches(zeros(BUFFER_BYTES), 8), true);
});

Deno.test("reachesLastMcu() wants more once fewer bits than a lookup takes are left", () => {
  const mcus = Math.floor((BUFFER_BYTES * 8 - 7) / MCU_BITS);
  assert.equal(reaches(zeros(BUFFER_BYTES), mcus), true);
  assert.equal(reaches(zeros(BUFFER_BYTES), mcus + 1), false);
  assert.equal(reaches(zeros(BUFFER_BYTES + 7), mcus + 1), true);
});

Deno.test("reachesLastMcu() counts a stuffed byte once, and several before its 0 as one", () => {
  const others = zeros(BUFFER_BYTES - 1);
  assert.equal(reaches([...others, 0xff], 8), false);
  assert.equal(reaches([...others, 0xff, 0xff, 0xff], 8), false);
  assert.equal(reaches([...others, 0xff, 0xff, 0xff, 0], 8), true);
});

Deno.test("reachesLastMcu() reads nothing behind a marker, and leaves the rest gray", () => {
  assert.equal(reaches([0, 0xff, 0xd3], 100), true);
  assert.equal(reaches([0xff], 100), false);
});

const EIGHT = [0, 0, ...zeros(BUFFER_BYTES)];

for (
  const [what, data, isReached] of [
    ["finds each marker where it is due", [0, 0xff, 0xd0, 0, 0xff, 0xd1, ...EIGHT], true],
    ["looks past anything else for it", [0, 9, 9, 0xff, 0, 9, 0xff, 0xd0, ...EIGHT], false],
    ["looks for it up to the end", zeros(4096), false],
    ["passes one that was due before", [0, 0xff, 0xd7, 5, 0xff, 0xd0, 0xff, 0xd1, ...EIGHT], true],
    ["waits behind one that was due before", [0, 0xff, 0xd7, ...zeros(99)], false],
    ["waits behind a marker that cannot be", [0, 0xff, 0x02, ...zeros(99)], false],
    ["leaves one that is due soon to its interval", [0, 0xff, 0xd1, ...EIGHT], true],
    ["takes one that is far off for the one due", [0, 0xff, 0xd4, ...EIGHT], false],
    ["leaves all gray behind any other marker", [0, 0xff, 0xe0], true],
    ["waits for bytes behind the last marker", [0, 0xff, 0xd0, 0, 0xff, 0xd1, 0, 0], false],
  ] as const
) {
  Deno.test(`reachesLastMcu() at restart markers ${what}`, () => {
    assert.equal(reaches(data, 3 * 4, 4), isReached);
  });
}

Deno.test("reachesLastMcu() reads what is longer than 64 KiB, too", () => {
  const mcus = 400_000;
  const length = mcus * MCU_BITS / 8;
  assert.equal(reaches(zeros(length + BUFFER_BYTES), mcus), true);
  assert.equal(reaches(zeros(length - 1), mcus), false);
});
