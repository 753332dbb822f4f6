/** BMP to the pixels that Pillow makes of it. */
import { pixelBytes, type PixelImage } from "../../contract/pixels.ts";
import { BMP_COMPRESSION, type BmpHead, readBmpHead } from "../../header/bmp_header.ts";
import { BMP_INDICES, type BmpKind, bmpKind, unsupportedBmp } from "./bmp_kinds.ts";
import { readBmpPalette } from "./bmp_palette.ts";
import { unpackBmpRuns } from "./bmp_runs.ts";

/** Where rows lie in the file. */
interface Rows {
  readonly kind: BmpKind;
  readonly start: number;
  /** Bytes from one to the next. */
  readonly stride: number;
}

/**
 * Decodes the picture.
 *
 * @throws {RangeError} when the head ends early.
 * @throws {Refusal} `unsupported_image` for kinds that Pillow does not read.
 * @throws {Error} when the file is damaged in a way that Pillow refuses.
 */
export function decodeBmp(bytes: Uint8Array): PixelImage {
  const head = readBmpHead(bytes);
  const stride = Math.floor((head.width * head.bits + 31) / 32) * 4;
  if (head.bits <= 8) return decodeIndices(bytes, head, stride);
  const kind = bmpKind(head);
  const start = head.dataStart ?? head.paletteStart;
  return { ...size(head), mode: kind.mode, data: unpackRows(bytes, head, { kind, start, stride }) };
}

function decodeIndices(bytes: Uint8Array, head: BmpHead, stride: number): PixelImage {
  const { bits, compression } = head;
  const ownKind = BMP_INDICES[bits];
  if (ownKind === undefined) throw unsupportedBmp(`${bits} bits`);
  const { colours, isBilevel, end } = readBmpPalette(bytes, head);
  const start = head.dataStart ?? end;
  const image = colours === undefined
    ? { ...size(head), mode: "L" as const }
    : { ...size(head), mode: "P" as const, palette: colours };
  if (compression === BMP_COMPRESSION.none) {
    // Grays are read as bytes, and black and white as bits, whatever the file says.
    const kind = isBilevel ? BMP_INDICES[1] : colours === undefined ? BMP_INDICES[8] : ownKind;
    const data = unpackRows(bytes, head, { kind: kind as BmpKind, start, stride });
    return { ...image, data };
  }
  const isHalfBytes = compression === BMP_COMPRESSION.runs4;
  if (!isHalfBytes && compression !== BMP_COMPRESSION.runs8) {
    throw unsupportedBmp(`${bits} bits, packed in this way,`);
  }
  const rows = unpackBmpRuns(bytes, { ...size(head), start, isHalfBytes });
  // What is not black is white.
  const data = isBilevel ? rows.map((level) => Math.min(level, 1)) : rows;
  return { ...image, data: head.isTopDown ? data : upsideDown(data, head.width) };
}

function size({ width, height }: BmpHead): { readonly width: number; readonly height: number } {
  return { width, height };
}

function unpackRows(bytes: Uint8Array, head: BmpHead, { kind, start, stride }: Rows): Uint8Array {
  const { width, height, isTopDown } = head;
  const rowBytes = Math.ceil(width * kind.bits / 8);
  // What fills the last row up may be missing.
  const end = start + (height - 1) * stride + rowBytes;
  if (rowBytes > stride || end > bytes.length) throw new Error("Cannot find all rows of the BMP");
  const outBytes = width * pixelBytes(kind);
  const data = new Uint8Array(height * outBytes);
  for (let row = 0; row < height; row++) {
    const from = start + row * stride;
    const to = (isTopDown ? row : height - 1 - row) * outBytes;
    kind.unpack(bytes.subarray(from, from + rowBytes), data.subarray(to, to + outBytes));
  }
  return data;
}

function upsideDown(rows: Uint8Array, width: number): Uint8Array {
  const turned = new Uint8Array(rows.length);
  for (let from = 0; from < rows.length; from += width) {
    const to = rows.length - from - width;
    for (let x = 0; x < width; x++) turned[to + x] = rows[from + x] as number;
  }
  return turned;
}
