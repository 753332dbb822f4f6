import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { exif } from "../../testing/jpeg_bytes.ts";
import { readOrientations } from "../../testing/goldens/read_goldens.ts";
import { metadataOrientation } from "./metadata_orientation.ts";

const PREFIX = new TextEncoder().encode("Exif\0\0");

Deno.test("metadataOrientation() is Pillow's for EXIF and XMP of every kind", () => {
  for (const { exif, xmp, orientation } of readOrientations()) {
    // Pillow puts the segments of a JPEG together.
    const joined = exif.length === 0
      ? undefined
      : Uint8Array.from([...PREFIX, ...Uint8Array.fromHex(exif.join(""))]);
    const packet = xmp === undefined ? undefined : new TextEncoder().encode(xmp);
    const found = metadataOrientation({ exif: joined, xmp: packet });
    assert.equal(found, orientation, `${exif.join(" ")} ${xmp}`);
  }
});

Deno.test("metadataOrientation() needs no `Exif` before the TIFF", () => {
  const segment = exif([[0x0112, 3, 6]]);
  assert.equal(metadataOrientation({ exif: segment }), 6);
  assert.equal(metadataOrientation({ exif: segment.subarray(6) }), 6);
});

Deno.test("metadataOrientation() never throws, whatever follows the header", () => {
  const header = exif([]).subarray(0, 8);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
    const value = metadataOrientation({ exif: Uint8Array.from([...header, ...rest]), xmp: rest });
    assert.ok(value >= 1 && value <= 8);
  }));
});
