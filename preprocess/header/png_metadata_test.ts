import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { PngMetadata } from "./png_metadata.ts";

const LATIN1 = new TextDecoder("latin1");

function bytes(text: string, ...more: readonly Uint8Array[]): Uint8Array {
  const parts = [Uint8Array.from(text, (letter) => letter.charCodeAt(0)), ...more];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** What is found in these chunks, as text. */
function facts(...chunks: readonly (readonly [string, Uint8Array])[]) {
  const metadata = new PngMetadata();
  for (const [type, data] of chunks) metadata.add(type, data);
  const { exif, xmp } = metadata.facts();
  return { exif: exif && LATIN1.decode(exif), xmp: xmp && LATIN1.decode(xmp) };
}

const XMP = "XML:com.adobe.xmp\0";
const PROFILE = "Raw profile type exif\0";

Deno.test("PngMetadata.facts() has nothing of chunks that say nothing", () => {
  const none = { exif: undefined, xmp: undefined };
  assert.deepEqual(facts(), none);
  assert.deepEqual(facts(["tEXt", bytes("exif")], ["iTXt", bytes(`${XMP}\0\0en`)]), none);
  assert.deepEqual(facts(["zTXt", bytes(`exif\0\0`, deflateSync("E"))]), none);
});

Deno.test("PngMetadata.facts() has EXIF of eXIf, of a text, and of ImageMagick's profile, the last one first", () => {
  assert.equal(facts(["eXIf", bytes("A")], ["eXIf", bytes("B")]).exif, "B");
  assert.equal(facts(["eXIf", bytes("A")], ["tEXt", bytes("exif\0B")]).exif, "B");
  const digits = "\nexif\n       2\n41\n42\n";
  assert.equal(facts(["tEXt", bytes(PROFILE + digits)]).exif, "AB");
  assert.equal(facts(["zTXt", bytes(`${PROFILE}\0`, deflateSync(digits))]).exif, "AB");
  assert.equal(facts(["eXIf", bytes("C")], ["tEXt", bytes(PROFILE + digits)]).exif, "C");
  const profile = (text: string) => facts(["tEXt", bytes(PROFILE + text)]).exif;
  assert.equal(profile("\n\n\nnothing"), undefined);
  // As Python's bytes.fromhex: blanks between pairs, and none within.
  assert.equal(profile("\n\n\n4\n1 42\t\r43\n"), "ABC");
  assert.deepEqual(["4 1", "414", "4g"].map((text) => profile(`\n\n\n${text}`)), [
    ...[undefined, undefined, undefined],
  ]);
  assert.equal(profile("\nexif"), "");
  assert.equal(profile("\n\n\n41".padEnd(2 ** 21, "\n"))?.length, 1);
  assert.equal(profile("\n\n\n41".padEnd(2 ** 21 + 1, "\n")), undefined);
});

Deno.test("PngMetadata.facts() has XMP, deflated or not, but no damaged or endless one", () => {
  assert.equal(facts(["iTXt", bytes(`${XMP}\0\0en\0name\0<x/>`)]).xmp, "<x/>");
  assert.equal(facts(["tEXt", bytes(`${XMP}<x/>`)]).xmp, "<x/>");
  const deflated = (text: string | Uint8Array) =>
    facts(["iTXt", bytes(`${XMP}\x01\0\0\0`, deflateSync(text))]).xmp;
  assert.equal(deflated("<x/>"), "<x/>");
  assert.equal(deflated(new Uint8Array(2 ** 20))?.length, 2 ** 20);
  assert.equal(deflated(new Uint8Array(2 ** 20 + 1)), undefined);
  assert.equal(facts(["iTXt", bytes(`${XMP}\x01\0\0\0damaged`)]).xmp, undefined);
});
