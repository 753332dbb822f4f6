import assert from "node:assert/strict";
import { tiffKind, type TiffKindTags } from "./tiff_kinds.ts";

const GRAY16: TiffKindTags = {
  isLittleEndian: true,
  colour: 1,
  sampleFormat: [1],
  fillOrder: 1,
  bits: [16],
  extraSamples: [],
};

Deno.test("tiffKind() tells kinds by all that makes them, the byte order included", () => {
  assert.deepEqual(tiffKind(GRAY16), { mode: "I;16", layout: "I;16" });
  assert.deepEqual(tiffKind({ ...GRAY16, isLittleEndian: false }), {
    mode: "I;16B",
    layout: "I;16B",
  });
  assert.deepEqual(tiffKind({ ...GRAY16, sampleFormat: [2] }), { mode: "I", layout: "I;16S" });
  const rgba = { ...GRAY16, colour: 2, bits: [8, 8, 8, 8] };
  assert.equal(tiffKind({ ...rgba, extraSamples: [1] })?.layout, "RGBa");
  assert.equal(tiffKind({ ...rgba, extraSamples: [0] })?.mode, "RGB");
});

Deno.test("tiffKind() knows none that Pillow does not open", () => {
  for (
    const tags of [{ bits: [24] }, { colour: 0, isLittleEndian: false }, { extraSamples: [0] }]
  ) {
    assert.equal(tiffKind({ ...GRAY16, ...tags }), undefined);
  }
});
