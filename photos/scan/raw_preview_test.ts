import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { seededRandom } from "../../testing/mosaic.ts";
import { nefFile, rawFile } from "../../testing/raw_file.ts";
import { readRaw } from "./raw_preview.ts";

const CAT = await testFile("photos/cat.jpg");
const SMALL = await testFile("photos/cat_half.jpg");

/** What is found, and the bytes of its preview. */
function found(path: string, bytes: Uint8Array) {
  const raw = readRaw(path, bytes);
  if (raw?.preview === undefined) return raw;
  const { preview: { offset, bytes: length }, ...facts } = raw;
  return { ...facts, preview: bytes.slice(offset, offset + length) };
}

/** A JPEG that says it is without losses, as the data of sensors is. */
const LOSSLESS = CAT.slice();
LOSSLESS[LOSSLESS.findIndex((byte, at) => byte === 0xff && CAT[at + 1] === 0xc0) + 1] = 0xc3;

const strip = (jpeg: Uint8Array, compression: number) => ({
  ...{ 0x100: 451, 0x101: 300, 0x103: compression },
  ...{ 0x111: { placeOf: jpeg }, 0x117: jpeg.length },
});

for (
  const [name, path, bytes, expected] of [
    [
      "a NEF's preview is in a directory below",
      "a.NEF",
      nefFile(CAT, SMALL),
      { format: "nef", width: 6000, height: 4000, preview: CAT },
    ],
    [
      "a CR2's preview is a strip of IFD0",
      "a.cr2",
      rawFile({
        directories: [strip(CAT, 6), { 0x201: { placeOf: SMALL }, 0x202: SMALL.length }],
        chain: [0, 1],
      }),
      { format: "cr2", width: 451, height: 300, preview: CAT },
    ],
    [
      "a DNG says itself that it is one, and its sensor's data is no preview",
      "a.tif",
      rawFile({
        directories: [
          { 0xc612: 0x01040000, 0x14a: { directories: [1, 2] } },
          { ...strip(LOSSLESS, 7), 0x100: 4000, 0x101: 3000 },
          strip(SMALL, 7),
        ],
      }),
      { format: "dng", width: 4000, height: 3000, preview: SMALL },
    ],
    [
      "an RW2 has another version",
      "a.rw2",
      rawFile({ version: 0x55, directories: [strip(CAT, 7)] }),
      { format: "rw2", width: 451, height: 300, preview: CAT },
    ],
    [
      "a file may have no preview",
      "a.arw",
      rawFile({ directories: [{ 0x100: 4000, 0x101: 3000 }] }),
      { format: "arw", width: 4000, height: 3000, preview: undefined },
    ],
    [
      "a preview that ends behind the file is none",
      "a.pef",
      rawFile({ directories: [{ 0x201: { placeOf: CAT }, 0x202: CAT.length + 1 }] }),
      { format: "pef", width: undefined, height: undefined, preview: undefined },
    ],
    [
      "what is no TIFF has none",
      "a.cr3",
      new Uint8Array(100),
      { format: "cr3", width: undefined, height: undefined, preview: undefined },
    ],
    ["a JPEG with a raw file's name is a JPEG", "a.nef", CAT, undefined],
    ["a TIFF is no raw file", "a.tif", rawFile({ directories: [strip(CAT, 7)] }), undefined],
  ] as const
) {
  Deno.test(`readRaw(): ${name}`, () => assert.deepEqual(found(path, bytes), expected));
}

Deno.test("readRaw() finds the preview that a Fuji's head tells of", () => {
  const file = new Uint8Array(200 + CAT.length);
  file.set(new TextEncoder().encode("FUJIFILMCCD-RAW 0201"));
  new DataView(file.buffer).setUint32(84, 200);
  new DataView(file.buffer).setUint32(88, CAT.length);
  file.set(CAT, 200);
  assert.deepEqual(readRaw("a.raf", file)?.preview, { offset: 200, bytes: CAT.length });
});

Deno.test("readRaw() ends, and throws nothing, whatever is in a file", () => {
  const random = seededRandom(1);
  const sound = nefFile(SMALL, SMALL);
  const circle = rawFile({
    directories: [{ 0x14a: { directories: [0, 0, 1] } }, {}],
    chain: [0, 1, 0],
  });
  readRaw("a.nef", circle);
  for (let round = 0; round < 2000; round++) {
    const bytes = sound.slice(0, round % 3 === 0 ? Math.floor(random() * 200) : undefined);
    for (let change = 0; change < 4; change++) {
      bytes[Math.floor(random() * 160)] = Math.floor(random() * 256);
    }
    const preview = readRaw("a.nef", bytes)?.preview;
    assert.ok(preview === undefined || preview.offset + preview.bytes <= bytes.length);
  }
});
