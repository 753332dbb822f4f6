import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { bytesOf, frame, scan, SOI } from "../../../testing/jpeg_bytes.ts";
import { type JpegHeader, parseJpegHeader } from "../../header/jpeg_header.ts";
import { decodedRegion } from "./decoded_region.ts";

function header(fields: Parameters<typeof frame>[0]): JpegHeader {
  return parseJpegHeader(bytesOf(SOI, frame({ factors: 0x22, ...fields }), scan()));
}

Deno.test("decodedRegion() keeps an MCU around the window, and both sides that it cannot make shorter", () => {
  const landscape = header({ width: 640, height: 480 });
  const window = { x: 76, y: 0, width: 488, height: 480 };
  assert.deepEqual(decodedRegion(landscape, window), { x: 48, y: 0, width: 544, height: 480 });
  const portrait = header({ width: 480, height: 640 });
  const tall = { x: 0, y: 76, width: 480, height: 488 };
  assert.deepEqual(decodedRegion(portrait, tall), { x: 0, y: 48, width: 480, height: 544 });
});

Deno.test("decodedRegion() leaves alone what saves less than an eighth, and what is not known", () => {
  const window = { x: 48, y: 0, width: 512, height: 480 };
  assert.notEqual(decodedRegion(header({ width: 640, height: 480 }), window), undefined);
  assert.equal(
    decodedRegion(header({ width: 640, height: 480 }), { ...window, width: 534 }),
    undefined,
  );
  const square = header({ width: 480, height: 480 });
  assert.equal(decodedRegion(square, { x: 0, y: 0, width: 480, height: 480 }), undefined);
  for (const other of [{ marker: 0xc2 }, { marker: 0xc9 }, { marker: 0xc3 }, { components: 4 }]) {
    assert.equal(decodedRegion(header({ width: 640, height: 480, ...other }), window), undefined);
  }
  const unknown = { ...header({ width: 640, height: 480 }), mcuWidth: 0 };
  assert.equal(decodedRegion(unknown, window), undefined);
});

Deno.test("decodedRegion() begins at MCUs, ends in the picture, and has an MCU or the edge beside the window", () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  const side = fc.integer({ min: 1, max: 2000 });
  const factors = fc.constantFrom(0x11, 0x12, 0x21, 0x22, 0x41, 0x14);
  fc.assert(
    fc.property(side, side, factors, part, part, (width, height, factors, from, share) => {
      const jpeg = header({ width, height, factors });
      const x = Math.floor(from * (width - 1));
      const y = Math.floor(from * (height - 1));
      const window = {
        x,
        y,
        width: 1 + Math.floor(share * (width - x - 1)),
        height: 1 + Math.floor(share * (height - y - 1)),
      };
      const region = decodedRegion(jpeg, window);
      if (region === undefined) return;
      const { mcuWidth, mcuHeight } = jpeg;
      assert.equal(region.x % mcuWidth + region.y % mcuHeight, 0);
      assert.ok(region.x === 0 || region.x + mcuWidth <= window.x);
      assert.ok(region.y === 0 || region.y + mcuHeight <= window.y);
      const right = region.x + region.width;
      const bottom = region.y + region.height;
      assert.ok(right === width || (right < width && right >= x + window.width + mcuWidth));
      assert.ok(bottom === height || (bottom < height && bottom >= y + window.height + mcuHeight));
    }),
  );
});
