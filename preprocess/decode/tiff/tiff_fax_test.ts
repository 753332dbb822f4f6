import assert from "node:assert/strict";
import fc from "../../../testing/fast_check.ts";
import { type FaxKind, FaxReader } from "./tiff_fax.ts";

const WIDTH = 16;
const EOL = "000000000001";

/** Rows of 16 pixels, in hexadecimal: 1 is black. */
function unpack(codes: string, rows: number, kind: FaxKind, isTwoDimensional = false): string {
  const bits = codes.replaceAll(" ", "");
  const packed = (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, "0"), 2));
  const options = { kind, isTwoDimensional, width: WIDTH };
  const reader = new FaxReader(Uint8Array.from(packed), options);
  return Array.from({ length: rows }, () => {
    const row = new Uint8Array(WIDTH / 8);
    reader.read(row);
    return [...row].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }).join(" ");
}

// White 0, 4, 8, 16; black 4, 8, 16.
const [W0, W4, W8, W16] = ["00110101", "1011", "10011", "101010"];
const [B4, B8, B16] = ["011", "000101", "0000010111"];

Deno.test("FaxReader reads rows of runs, each from a byte's first bit", () => {
  assert.equal(
    unpack(`${W4}${B8}${W4} 00 ${W16} 00 ${W0}${B16}`, 3, "rows of bytes"),
    "0ff0 0000 ffff",
  );
});

Deno.test("FaxReader reads Group 3 with ends of lines, and without", () => {
  const rows = [`${W8}${B4}${W4}`, `${W0}${B16}`];
  assert.equal(unpack(rows.map((row) => `${EOL}${row}`).join(""), 2, "group 3"), "00f0 ffff");
  assert.equal(unpack(rows.map((row) => `0000${EOL}${row}`).join(""), 2, "group 3"), "00f0 ffff");
  assert.equal(unpack(rows.join(""), 2, "group 3"), "00f0 ffff");
});

Deno.test("FaxReader reads rows by what they have in common with the one above", () => {
  const horizontal = "001";
  const first = `${horizontal}${W4}${B8}1`;
  // As above; one to the right and two to the left; passing over it.
  const rows = [first, "111", "011 000010 1", "0001 1", `${horizontal}${W0}${B16}`];
  assert.equal(unpack(rows.join(""), 5, "group 4"), "0ff0 0ff0 07c0 0000 ffff");
  const tagged = [`${EOL}1${W4}${B8}${W4}`, `${EOL}0 111`];
  assert.equal(unpack(tagged.join(""), 2, "group 3", true), "0ff0 0ff0");
});

Deno.test("FaxReader refuses rows of another length, codes that are none, and the end", () => {
  for (const codes of [`${W8}${B16}`, "000000001", W4, ""]) {
    assert.throws(() => unpack(codes, 1, "rows of bytes"), /^Error: Cannot unpack/, codes);
  }
  assert.throws(() => unpack("1 1", 3, "group 4"), /^Error: Cannot unpack/);
});

Deno.test("FaxReader meets any bytes with rows or a refusal", () => {
  const kinds = fc.constantFrom<FaxKind>("rows of bytes", "group 3", "group 4");
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), kinds, fc.boolean(), (packed, kind, is2) => {
      const reader = new FaxReader(packed, { kind, isTwoDimensional: is2, width: 61 });
      try {
        for (let row = 0; row < 40; row++) reader.read(new Uint8Array(8));
      } catch (error) {
        assert.match((error as Error).message, /^Cannot unpack/);
      }
    }),
  );
});

Deno.test("FaxReader refuses a row of more runs than libtiff has room for, whatever they lack in pixels", () => {
  const horizontal = "001";
  const nothing = `${horizontal}${W0}0000110111`;
  const end = `${horizontal}${W0}${B16}`;
  assert.equal(unpack(nothing.repeat(500) + end, 1, "group 4"), "ffff");
  assert.throws(() => unpack(nothing.repeat(2000) + end, 1, "group 4"), /a row of a fax/);
});

Deno.test("FaxReader reads rows of more changes than it begins with", () => {
  const width = 6000;
  // W1 B1, three thousand times; then a row as the one above.
  const bits = `001000111010`.repeat(width / 2) + "1".repeat(width + 1);
  const packed = Uint8Array.from(
    (bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, "0"), 2)),
  );
  const reader = new FaxReader(packed, { kind: "group 4", isTwoDimensional: false, width });
  for (let row = 0; row < 2; row++) {
    const out = new Uint8Array(width / 8);
    reader.read(out);
    assert.ok(out.every((byte) => byte === 0x55), String(row));
  }
});
