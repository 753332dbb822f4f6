/** Writes BMPs (Microsoft, BITMAPFILEHEADER and BITMAPINFOHEADER). */

/** What the header says; 3×2 in 24 bits unless given. */
export interface BmpFields {
  readonly width?: number;
  readonly height?: number;
  readonly bits?: number;
  readonly compression?: number;
  readonly colours?: number;
  /** Bytes of the header, up to 40 of which are written. */
  readonly headerBytes?: number;
  /** Where the pixels are said to be; behind palette or masks unless given. */
  readonly offset?: number;
}

const FILE_HEADER_BYTES = 14;

/** A file: header, palette or masks, and pixels. */
export function bmpOf(
  fields: BmpFields,
  palette: readonly number[] = [],
  pixels: readonly number[] = [],
): Uint8Array<ArrayBuffer> {
  const { width = 3, height = 2, bits = 24, compression = 0, colours = 0 } = fields;
  const { headerBytes = 40 } = fields;
  const paletteStart = FILE_HEADER_BYTES + headerBytes;
  const bytes = new Uint8Array(paletteStart + palette.length + pixels.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x42, 0x4d]);
  view.setUint32(10, fields.offset ?? paletteStart + palette.length, true);
  view.setUint32(14, headerBytes, true);
  if (headerBytes === 12) {
    [width, height, 1, bits].forEach((value, at) => view.setUint16(18 + 2 * at, value, true));
  } else {
    view.setInt32(18, width, true);
    view.setInt32(22, height, true);
    view.setUint16(28, bits, true);
    view.setUint32(30, compression, true);
    view.setUint32(46, colours, true);
  }
  bytes.set(palette, paletteStart);
  bytes.set(pixels, paletteStart + palette.length);
  return bytes;
}
