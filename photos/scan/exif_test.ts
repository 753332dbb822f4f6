import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { readExif, readSettings } from "./exif.ts";

const CAT = await testFile("photos/cat.jpg");
const encoder = new TextEncoder();

/** A TIFF of big-endian order: IFD0 with maker and model, and the EXIF directory with when it was taken. */
function tiff(
  { make, model, taken, fraction }: Readonly<
    Record<"make" | "model" | "taken" | "fraction", string>
  >,
): Uint8Array<ArrayBuffer> {
  const texts: Uint8Array[] = [];
  const dataStart = 8 + (2 + 3 * 12 + 4) + (2 + 2 * 12 + 4);
  let end = dataStart;
  const entry = (tag: number, text: string) => {
    const bytes = encoder.encode(`${text}\0`);
    texts.push(bytes);
    end += bytes.length;
    // Texts of 4 bytes at most stand in the entry; none here is so short.
    return [tag, 2, bytes.length, end - bytes.length];
  };
  const photo = 8 + 2 + 3 * 12 + 4;
  const first = [entry(0x010f, make), entry(0x0110, model), [0x8769, 4, 1, photo]];
  const second = [entry(0x9003, taken), entry(0x9291, fraction)];
  const file = new Uint8Array(end);
  const view = new DataView(file.buffer);
  file.set(encoder.encode("MM\0*"));
  view.setUint32(4, 8);
  let at = 8;
  for (const directory of [first, second]) {
    view.setUint16(at, directory.length);
    at += 2;
    for (const [tag, type, count, value] of directory as [number, number, number, number][]) {
      view.setUint16(at, tag);
      view.setUint16(at + 2, type);
      view.setUint32(at + 4, count);
      view.setUint32(at + 8, value);
      at += 12;
    }
    at += 4;
  }
  at = dataStart;
  for (const text of texts) {
    file.set(text, at);
    at += text.length;
  }
  return file;
}

/** A JPEG with an EXIF segment behind its start. */
function withExif(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  const length = 2 + 6 + exif.length;
  const head = Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, length >> 8, length & 255);
  return Uint8Array.of(...head, ...encoder.encode("Exif\0\0"), ...exif, ...jpeg.subarray(2));
}

const FACTS = {
  make: "Maker",
  model: "Model 5000",
  taken: "2026:11:26 18:30:05",
  fraction: "50000",
};

Deno.test("readExif() tells when and by what a photo was taken, from a JPEG and from a TIFF", () => {
  const expected = { takenAt: "2026-11-26T18:30:05.500", camera: "Maker Model 5000" };
  assert.deepEqual(readExif(withExif(CAT, tiff(FACTS))), expected);
  assert.deepEqual(readExif(tiff(FACTS)), expected);
});

Deno.test("readExif() names a maker once", () => {
  const { camera } = readExif(tiff({ ...FACTS, make: "MAKER", model: "Maker Model 5000" }));
  assert.equal(camera, "Maker Model 5000");
});

Deno.test("readExif() tells nothing where there is nothing, and of what cannot be read", () => {
  const nothing = { takenAt: undefined, camera: undefined };
  assert.deepEqual(readExif(CAT), nothing);
  assert.deepEqual(readExif(new Uint8Array(0)), nothing);
  const whole = withExif(CAT, tiff(FACTS));
  for (let length = 0; length < 200; length++) readExif(whole.subarray(0, length));
  const unknown = readExif(tiff({ ...FACTS, taken: "0000:00:00 00:00:00" }));
  assert.equal(unknown.takenAt, undefined);
});

Deno.test("readSettings() tells how a photo was made, in people's words", () => {
  // IFD0 with software, and the EXIF directory with exposure 1/250, f/2.8 and ISO 400, by CIPA DC-008.
  const file = new Uint8Array(120);
  const view = new DataView(file.buffer);
  file.set(encoder.encode("MM\0*"));
  view.setUint32(4, 8);
  const entry = (at: number, [tag, type, count, value]: readonly number[]) => {
    view.setUint16(at, tag ?? 0);
    view.setUint16(at + 2, type ?? 0);
    view.setUint32(at + 4, count ?? 0);
    if (type === 3) view.setUint16(at + 8, value ?? 0);
    else view.setUint32(at + 8, value ?? 0);
  };
  view.setUint16(8, 2);
  entry(10, [0x0131, 2, 6, 80]);
  entry(22, [0x8769, 4, 1, 38]);
  view.setUint16(38, 3);
  entry(40, [0x829a, 5, 1, 88]);
  entry(52, [0x829d, 5, 1, 96]);
  entry(64, [0x8827, 3, 1, 400]);
  file.set(encoder.encode("Lr 15\0"), 80);
  [1, 250, 28, 10].forEach((value, at) => view.setUint32(88 + at * 4, value));
  assert.deepEqual(readSettings(file), {
    ...{ Exposure: "1/250 s", Aperture: "f/2.8", ISO: "400", Software: "Lr 15" },
  });
  assert.deepEqual(readSettings(CAT), {});
});
