import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { readGoldenFile, readGoldens } from "../../testing/goldens/read_goldens.ts";
import { ACCEPTED_FORMATS, isAcceptedFormat, sniffFormat } from "./format.ts";

const EXTENSIONS: Record<string, string> = { jpg: "jpeg", png: "png", gif: "gif", tif: "tiff" };

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

Deno.test("sniffFormat() tells every readable golden by its bytes", () => {
  const entries = readGoldens().filter(({ name }) => /^(inputs|other)\//.test(name));
  for (const { name } of entries) {
    const format = sniffFormat(readGoldenFile(name));
    assert.equal(format, EXTENSIONS[name.split(".").at(-1) ?? ""], name);
  }
});

Deno.test("sniffFormat() recognises formats that are not accepted, so that an error can name them", () => {
  const formats = {
    "foreign_photo.avif": "avif",
    "foreign_stub_heic.heic": "heic",
    "foreign_stub_heif.heif": "heic",
  };
  for (const [name, format] of Object.entries(formats)) {
    const found = sniffFormat(readGoldenFile(`refused/${name}`));
    assert.equal(found, format, name);
    assert.equal(isAcceptedFormat(found), false, name);
  }
});

Deno.test("sniffFormat() tells a BMP by its magic, where there is a head behind it", () => {
  assert.equal(sniffFormat(ascii("BM" + "\0".repeat(12))), "bmp");
});

Deno.test("sniffFormat() reads both byte orders of TIFF and both versions of GIF", () => {
  assert.equal(sniffFormat(ascii("II*\0")), "tiff");
  assert.equal(sniffFormat(ascii("MM\0*")), "tiff");
  assert.equal(sniffFormat(ascii("GIF87a")), "gif");
  assert.equal(sniffFormat(ascii("GIF89a")), "gif");
});

Deno.test("sniffFormat() has no answer for what is no image, or less than a magic", () => {
  const texts = [
    "",
    "\xff\xd8",
    "\x89PNG",
    "GIF90a",
    "RIFF....WAVE",
    "....ftypisom",
    "<svg/>",
    "BM",
  ];
  for (const text of texts) assert.equal(sniffFormat(ascii(text)), undefined, text);
  assert.equal(isAcceptedFormat(undefined), false);
});

Deno.test("sniffFormat() looks at no more than 16 bytes", () => {
  const bytes = fc.uint8Array({ minLength: 16, maxLength: 64 });
  fc.assert(fc.property(bytes, (image) => {
    assert.equal(sniffFormat(image), sniffFormat(image.subarray(0, 16)));
  }));
});

Deno.test("isAcceptedFormat() accepts every accepted format", () => {
  assert.ok(ACCEPTED_FORMATS.every(isAcceptedFormat));
});
