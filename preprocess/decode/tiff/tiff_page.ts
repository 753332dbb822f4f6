/** What a TIFF's first directory says about its picture, as Pillow's TiffImagePlugin.py reads it (TIFF 6.0, sections 3–15). */
import { Refusal } from "../../contract/refusal.ts";
import { TiffDirectory } from "../../header/tiff_directory.ts";
import { type TiffKind, tiffKind } from "./tiff_kinds.ts";

/** Numbers of the tags that decoding asks for (TIFF 6.0). */
export const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  colour: 262,
  fillOrder: 266,
  offsets: 273,
  samples: 277,
  rows: 278,
  byteCounts: 279,
  planes: 284,
  faxOptions: 292,
  predictor: 317,
  palette: 320,
  tileWidth: 322,
  tileHeight: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  subsampling: 530,
  referenceLevels: 532,
} as const;

/** PhotometricInterpretation. */
const COLOUR = { rgb: 2, palette: 3, inks: 5, yCbCr: 6, lab: 8 };
/** PlanarConfiguration 2: each sample has strips of its own. */
const SEPARATE = 2;
const UNCOMPRESSED = 1;
const SAMPLES_MAX = 6;
const VALUES_MAX = 64;
const COLOURS_MAX = 256;

/** A picture, and all that is needed to find its pixels. */
export interface TiffPage {
  readonly directory: TiffDirectory;
  readonly width: number;
  readonly height: number;
  readonly kind: TiffKind;
  readonly compression: number;
  readonly fillOrder: number;
  readonly isYCbCr: boolean;
  readonly isSeparate: boolean;
  /** Bits of a sample, and samples of a pixel, as Pillow counts them. */
  readonly bits: readonly number[];
  readonly extraSamples: readonly number[];
  /** u8 [256, 3], of kinds that have one. */
  readonly palette?: Uint8Array;
}

/**
 * Reads the first page's directory.
 *
 * @throws {Refusal} `unsupported_image` for kinds that Pillow does not open either.
 * @throws {Error} when the file is damaged.
 */
export function readTiffPage(bytes: Uint8Array): TiffPage {
  const directory = new TiffDirectory(bytes);
  const compression = number(directory, TAG.compression) ?? UNCOMPRESSED;
  // With several values, Pillow has none.
  const colour = directory.count(TAG.colour) > 1 ? 0 : number(directory, TAG.colour) ?? 0;
  const fillOrder = number(directory, TAG.fillOrder) ?? 1;
  const isSeparate = directory.value(TAG.planes) === SEPARATE;
  const { bits, extraSamples } = samplesOf(directory, isSeparate);
  const isPlain = compression === UNCOMPRESSED;
  const kind = tiffKind({
    isLittleEndian: directory.isLittleEndian,
    colour,
    sampleFormat: sampleFormat(directory),
    fillOrder,
    bits,
    extraSamples,
  });
  if (kind === undefined) throw unknownKind(colour, bits);
  const { width, height } = sizeOf(directory);
  return {
    directory,
    width,
    height,
    // libtiff has put the bits in order before Pillow sees them.
    kind: isPlain || fillOrder === 1 ? kind : firstOrder(kind),
    compression,
    fillOrder,
    isYCbCr: colour === COLOUR.yCbCr,
    isSeparate,
    bits,
    extraSamples,
    ...["P", "PA"].includes(kind.mode) && { palette: paletteOf(directory) },
    ...kind.mode === "1" && { palette: BLACK_AND_WHITE },
  };
}

const BLACK_AND_WHITE = Uint8Array.from({ length: COLOURS_MAX * 3 }, (_, at) => at < 3 ? 0 : 255);

/** The refusal of a kind of TIFF. */
export function unsupported(what: string): Refusal {
  return new Refusal(
    "unsupported_image",
    `Cannot decode image: TIFFs that are ${what} are not supported`,
  );
}

/**
 * The value of a tag.
 *
 * @returns `undefined` where it is absent.
 * @throws {Error} when it is there and no number.
 */
export function number(directory: TiffDirectory, tag: number): number | undefined {
  const value = directory.value(tag);
  if (value === undefined && directory.count(tag) > 0) {
    throw new Error(`Cannot read TIFF tag ${tag} as a number`);
  }
  return value;
}

function sizeOf(directory: TiffDirectory): { readonly width: number; readonly height: number } {
  const [width = 0, height = 0] = [number(directory, TAG.width), number(directory, TAG.height)];
  if (width <= 0 || height <= 0) throw new Error("Cannot find the size of a TIFF");
  return { width, height };
}

/** As `number()`, all values of a tag. */
function numbers(directory: TiffDirectory, tag: number): number[] {
  number(directory, tag);
  return directory.values(tag, VALUES_MAX);
}

function sampleFormat(directory: TiffDirectory): readonly number[] {
  const formats = numbers(directory, TAG.sampleFormat);
  const [first = 1] = formats;
  return formats.every((format) => format === first) ? [first] : formats;
}

/** Bits of the samples that count, and what the further ones are. */
function samplesOf(
  directory: TiffDirectory,
  isSeparate: boolean,
): Pick<TiffPage, "bits" | "extraSamples"> {
  let bits = numbers(directory, TAG.bits);
  if (bits.length === 0) bits = [1];
  let extraSamples = numbers(directory, TAG.extraSamples);
  let samples = number(directory, TAG.samples) ?? 1;
  // Planes of nothing in particular at the end are nobody's business.
  if (isSeparate && extraSamples.length > 0 && Math.max(...extraSamples) === 0) {
    bits = bits.slice(0, -extraSamples.length);
    samples -= extraSamples.length;
    extraSamples = [];
  }
  if (samples > SAMPLES_MAX) throw unsupported(`of ${samples} samples a pixel`);
  if (samples < bits.length) bits = bits.slice(0, samples);
  else if (bits.length === 1) bits = new Array<number>(samples).fill(bits[0] as number);
  if (bits.length !== samples) throw new Error("Cannot tell the bits of each sample");
  return { bits, extraSamples };
}

function unknownKind(colour: number, bits: readonly number[]): Refusal {
  const names = Object.values(COLOUR);
  const depth = bits.join(", ");
  return unsupported(
    colour <= 1 || names.includes(colour)
      ? `of ${depth} bits in this arrangement`
      : `of colour space ${colour}`,
  );
}

function firstOrder({ mode, layout }: TiffKind): TiffKind {
  return { mode, layout: layout.replace(/R$/, "").replace(/;$/, "") };
}

/** Of 16 bits a colour, the upper byte; colours that are missing are black. */
function paletteOf(directory: TiffDirectory): Uint8Array {
  const values = directory.values(TAG.palette, COLOURS_MAX * 3 + 3);
  const colours = Math.trunc(values.length / 3);
  const isByte = values.every((value) => value >= 0 && value <= 0xffff);
  if (colours === 0 || colours > COLOURS_MAX || !isByte) throw new Error("Cannot read the palette");
  const palette = new Uint8Array(COLOURS_MAX * 3);
  for (let at = 0; at < colours * 3; at++) {
    palette[at] = (values[at % 3 * colours + Math.trunc(at / 3)] as number) >> 8;
  }
  return palette;
}
