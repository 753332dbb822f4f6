import assert from "node:assert/strict";
import { bytesOf, frame, scan, segment, SOI } from "../../../testing/jpeg_bytes.ts";
import { readSequentialScan } from "./sequential_scan.ts";

/** Codes 0 and 10, for symbols 3 and 7, as DC and as AC. */
const CODES = [0x00, 0x10].flatMap((name) =>
  segment(0xc4, [name, 1, 1, ...Array(14).fill(0), 3, 7])
);

Deno.test("readSequentialScan() counts MCUs and their blocks, and finds the data", () => {
  const header = [SOI, CODES, frame({ width: 33, height: 17, factors: 0x21 }), scan()];
  const read = readSequentialScan(bytesOf(...header, [1, 2, 3]));
  assert.deepEqual(
    { ...read, blocks: read?.blocks.length },
    { mcus: 3 * 3, blocks: 4, restartInterval: 0, offset: bytesOf(...header).length },
  );
});

Deno.test("readSequentialScan() has one block an MCU of a component that is alone", () => {
  const alone = frame({ width: 33, height: 17, components: 1, factors: 0x22 });
  const read = readSequentialScan(bytesOf(SOI, CODES, alone, scan(1)));
  assert.deepEqual([read?.mcus, read?.blocks.length], [5 * 3, 1]);
});

Deno.test("readSequentialScan() takes the last restart interval, and passes what is none of its own", () => {
  const interval = (count: number) => segment(0xdd, [count >> 8, count & 255]);
  const junk = [0, 0xff, 0, 0xff, 0xff, 0xd0];
  const header = [SOI, interval(9), segment(0xfe, [0xff, 0xda]), junk, interval(300), CODES];
  const read = readSequentialScan(bytesOf(...header, frame(), scan()));
  assert.equal(read?.restartInterval, 300);
});

Deno.test("readSequentialScan() looks codes up by the 16 bits that come next", () => {
  const { dc } = readSequentialScan(bytesOf(SOI, CODES, frame(), scan()))?.blocks[0] ?? {};
  const looked = [0x0000, 0x7fff, 0x8000, 0xbfff, 0xc000, 0xffff].map((bits) => dc?.[bits]);
  assert.deepEqual(looked, [0x103, 0x103, 0x207, 0x207, 17 << 8, 17 << 8]);
});

const TOO_MANY = segment(0xc4, [0x00, 3, ...Array(15).fill(0), 1, 2, 3]);

for (
  const [what, parts] of [
    ["without its tables", [frame(), scan()]],
    ["with more codes than bits allow", [CODES, TOO_MANY, frame(), scan()]],
    ["of some components only", [CODES, frame(), scan(1)]],
    ["without a frame", [CODES, scan()]],
    ["of more than 10 blocks an MCU", [CODES, frame({ factors: 0x33 }), scan()]],
    ["of no blocks", [CODES, frame({ factors: 0x01 }), scan()]],
    ["without a scan", [CODES, frame()]],
  ] as const
) {
  Deno.test(`readSequentialScan() leaves a file ${what} to others`, () => {
    assert.equal(readSequentialScan(bytesOf(SOI, ...parts)), undefined);
  });
}
