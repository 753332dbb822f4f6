import assert from "node:assert/strict";
import { exif } from "../../testing/jpeg_bytes.ts";
import { readOrientations } from "../../testing/goldens/read_goldens.ts";
import { JpegMetadata } from "./jpeg_metadata.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("JpegMetadata.orientation() is Pillow's for the segments of each golden", () => {
  for (const { exif, xmp, orientation } of readOrientations()) {
    const metadata = new JpegMetadata();
    for (const part of exif) {
      metadata.add(Uint8Array.from([...bytes("Exif\0\0"), ...Uint8Array.fromHex(part)]));
    }
    if (xmp !== undefined) metadata.add(bytes(`http://ns.adobe.com/xap/1.0/\0${xmp}`));
    assert.equal(metadata.orientation(), orientation, `${exif.join(" ")} ${xmp}`);
  }
});

Deno.test("JpegMetadata keeps no more than 64 segments of EXIF", () => {
  const whole = exif([[0x0112, 3, 6]]);
  const one = (index: number) =>
    Uint8Array.from([...bytes("Exif\0\0"), whole[6 + index] as number]);
  const metadata = new JpegMetadata();
  for (let index = 0; index < 22; index++) metadata.add(one(index));
  assert.equal(metadata.orientation(), 6);
  const crumbs = new JpegMetadata();
  for (let index = 0; index < 44; index++) crumbs.add(bytes("Exif\0\0"));
  for (let index = 0; index < 22; index++) crumbs.add(one(index));
  assert.equal(crumbs.orientation(), 1);
});
