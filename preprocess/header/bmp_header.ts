/** The head of a BMP: how large its picture is and how its pixels are packed, as Pillow reads it (`BmpImagePlugin.py`). */
import { Refusal } from "../contract/refusal.ts";
import type { RasterHeader } from "./raster_header.ts";

/** What a BMP says before its palette. */
export interface BmpHead extends RasterHeader {
  readonly bits: number;
  readonly compression: number;
  /** Whether the first row of the file is the upper one. */
  readonly isTopDown: boolean;
  /** Of bit fields: those of red, green, blue and alpha. */
  readonly masks: readonly number[];
  /** Colours of the palette, and bytes of each. */
  readonly colours: number;
  readonly colourBytes: 3 | 4;
  /** Where the palette stands, if there is one. */
  readonly paletteStart: number;
  /** Where the pixels stand; behind the palette if that is not said. */
  readonly dataStart: number | undefined;
}

/** How pixels are packed. */
export const BMP_COMPRESSION = { none: 0, runs8: 1, runs4: 2, bitFields: 3 } as const;

const FILE_HEADER_BYTES = 14;
const CORE_BYTES = 12;
/** Of the headers that begin with a BITMAPINFOHEADER. */
const INFO_BYTES = [40, 52, 56, 64, 108, 124];
const MASKS_START = FILE_HEADER_BYTES + 40;
/** Of a header that has masks in it, and of one that has that of alpha, too. */
const MASKS_BYTES_MIN = 52;
const ALPHA_BYTES_MIN = 56;

/** @throws {RangeError} when the head ends early. */
export function readBmpHeader(bytes: Uint8Array): RasterHeader {
  const { width, height, bits } = readBmpHead(bytes);
  return { width, height, sampleBytes: bits / 8 };
}

/**
 * Reads all that stands before the palette.
 *
 * @throws {RangeError} when the head ends early.
 * @throws {Refusal} `unsupported_image` for a header of another kind.
 */
export function readBmpHead(bytes: Uint8Array): BmpHead {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(FILE_HEADER_BYTES, true);
  const isCore = headerBytes === CORE_BYTES;
  if (!isCore && !INFO_BYTES.includes(headerBytes)) {
    throw new Refusal(
      "unsupported_image",
      "Cannot decode image: BMPs with a header of this kind are not supported",
    );
  }
  const headerEnd = FILE_HEADER_BYTES + headerBytes;
  if (headerEnd > bytes.length) throw new RangeError("Cannot read header: it ends early");
  const head = isCore ? readCore(view) : readInfo(view, headerBytes);
  const colourBytes = isCore ? 3 : 4;
  const colours = head.colours || 2 ** head.bits;
  const offset = view.getUint32(10, true);
  // Some say that the pixels begin where their palette does.
  const isPaletteLeftOut = offset === headerEnd && head.bits <= 8;
  const dataStart = isPaletteLeftOut ? offset + colourBytes * colours : offset;
  const sampleBytes = head.bits / 8;
  return { ...head, sampleBytes, colours, colourBytes, dataStart: dataStart || undefined };
}

type PackedHead = Omit<BmpHead, "colourBytes" | "dataStart">;

function readCore(view: DataView): PackedHead {
  const half = (at: number) => view.getUint16(FILE_HEADER_BYTES + at, true);
  return {
    ...{ width: half(4), height: half(6), bits: half(10), isTopDown: false },
    ...{ compression: BMP_COMPRESSION.none, masks: [], colours: 0 },
    paletteStart: FILE_HEADER_BYTES + CORE_BYTES,
  };
}

function readInfo(view: DataView, headerBytes: number): PackedHead {
  const word = (at: number) => view.getUint32(FILE_HEADER_BYTES + at, true);
  const isTopDown = view.getUint8(FILE_HEADER_BYTES + 11) === 0xff;
  const compression = word(16);
  const hasMasks = compression === BMP_COMPRESSION.bitFields;
  const hasOwnMasks = headerBytes >= MASKS_BYTES_MIN;
  const count = headerBytes >= ALPHA_BYTES_MIN ? 4 : 3;
  const masks = Array.from(
    { length: hasMasks ? count : 0 },
    (_, index) => view.getUint32(MASKS_START + 4 * index, true),
  );
  return {
    width: word(4),
    height: isTopDown ? 2 ** 32 - word(8) : word(8),
    bits: view.getUint16(FILE_HEADER_BYTES + 14, true),
    ...{ compression, isTopDown, masks, colours: word(32) },
    paletteStart: FILE_HEADER_BYTES + headerBytes + (hasMasks && !hasOwnMasks ? 12 : 0),
  };
}
