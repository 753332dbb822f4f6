/** Kinds of TIFF that Pillow opens, and what it makes of each (source: `OPEN_INFO` of Pillow's TiffImagePlugin.py). */

/** What of a directory decides the kind. */
export interface TiffKindTags {
  readonly isLittleEndian: boolean;
  /** PhotometricInterpretation. */
  readonly colour: number;
  readonly sampleFormat: readonly number[];
  readonly fillOrder: number;
  /** Of each sample of a pixel. */
  readonly bits: readonly number[];
  readonly extraSamples: readonly number[];
}

/** A mode and a layout of the samples in the file, both in Pillow's words. */
export interface TiffKind {
  readonly mode: string;
  readonly layout: string;
}

/**
 * Mode and layout by colour, sample format, fill order, bits and extra samples. A third word is the layout in
 * big-endian order where it differs, `-` where there is none of this order.
 */
const KINDS: Readonly<Record<string, string>> = {
  "0/1/1/1/": "1 1;I",
  "0/1/2/1/": "1 1;IR",
  "1/1/1/1/": "1 1",
  "1/1/2/1/": "1 1;R",
  "0/1/1/2/": "L L;2I",
  "0/1/2/2/": "L L;2IR",
  "1/1/1/2/": "L L;2",
  "1/1/2/2/": "L L;2R",
  "0/1/1/4/": "L L;4I",
  "0/1/2/4/": "L L;4IR",
  "1/1/1/4/": "L L;4",
  "1/1/2/4/": "L L;4R",
  "0/1/1/8/": "L L;I",
  "0/1/2/8/": "L L;IR",
  "1/1/1/8/": "L L",
  "1/2/1/8/": "L L",
  "1/1/2/8/": "L L;R",
  "1/1/1/12/": "I;16 I;12 -",
  "0/1/1/16/": "I;16 I;16 -",
  "1/1/1/16/": "I;16 I;16 I;16B",
  "1/1/2/16/": "I;16 I;16R -",
  "1/2/1/16/": "I I;16S I;16BS",
  "0/3/1/32/": "F F;32F F;32BF",
  "1/1/1/32/": "I I;32N -",
  "1/2/1/32/": "I I;32S I;32BS",
  "1/3/1/32/": "F F;32F F;32BF",
  "1/1/1/8,8/0": "L LX",
  "1/1/1/8,8/1": "La La",
  "1/1/1/8,8/2": "LA LA",
  "2/1/1/8,8,8/": "RGB RGB",
  "2/1/2/8,8,8/": "RGB RGB;R",
  "2/1/1/8,8,8,8/": "RGBA RGBA",
  "2/1/1/8,8,8,8/0": "RGB RGBX",
  "2/1/1/8,8,8,8,8/0,0": "RGB RGBXX",
  "2/1/1/8,8,8,8,8,8/0,0,0": "RGB RGBXXX",
  "2/1/1/8,8,8,8/1": "RGBA RGBa",
  "2/1/1/8,8,8,8,8/1,0": "RGBA RGBaX",
  "2/1/1/8,8,8,8,8,8/1,0,0": "RGBA RGBaXX",
  "2/1/1/8,8,8,8/2": "RGBA RGBA",
  "2/1/1/8,8,8,8,8/2,0": "RGBA RGBAX",
  "2/1/1/8,8,8,8,8,8/2,0,0": "RGBA RGBAXX",
  "2/1/1/8,8,8,8/999": "RGBA RGBA",
  "2/1/1/16,16,16/": "RGB RGB;16L RGB;16B",
  "2/1/1/16,16,16,16/": "RGBA RGBA;16L RGBA;16B",
  "2/1/1/16,16,16,16/0": "RGB RGBX;16L RGBX;16B",
  "2/1/1/16,16,16,16/1": "RGBA RGBa;16L RGBa;16B",
  "2/1/1/16,16,16,16/2": "RGBA RGBA;16L RGBA;16B",
  "3/1/1/1/": "P P;1",
  "3/1/2/1/": "P P;1R",
  "3/1/1/2/": "P P;2",
  "3/1/2/2/": "P P;2R",
  "3/1/1/4/": "P P;4",
  "3/1/2/4/": "P P;4R",
  "3/1/1/8/": "P P",
  "3/1/2/8/": "P P;R",
  "3/1/1/8,8/0": "P PX",
  "3/1/1/8,8/2": "PA PA",
  "5/1/1/8,8,8,8/": "CMYK CMYK",
  "5/1/1/8,8,8,8,8/0": "CMYK CMYKX",
  "5/1/1/8,8,8,8,8,8/0,0": "CMYK CMYKXX",
  "5/1/1/16,16,16,16/": "CMYK CMYK;16L CMYK;16B",
  "6/1/1/8/": "L L",
  "6/1/1/8,8,8/": "YCbCr YCbCr",
  "8/1/1/8,8,8/": "LAB LAB",
};

/** The kind of a picture; `undefined` where it is none that Pillow opens. */
export function tiffKind(tags: TiffKindTags): TiffKind | undefined {
  const { colour, sampleFormat, fillOrder, bits, extraSamples, isLittleEndian } = tags;
  const key = [colour, sampleFormat, fillOrder, bits, extraSamples].join("/");
  const [mode, little, big = little] = KINDS[key]?.split(" ") ?? [];
  const layout = isLittleEndian ? little : big;
  if (mode === undefined || layout === undefined || layout === "-") return undefined;
  return { mode: layout === "I;16B" ? layout : mode, layout };
}
