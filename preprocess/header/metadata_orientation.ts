/**
 * How a picture is to be turned, by its EXIF (EXIF 2.32, tag 0x0112 of IFD0) or else its XMP: what Pillow's
 * `ImageOps.exif_transpose` would go by, with its habits. A tag that says nothing of use keeps XMP from being
 * asked.
 */

/** What a file says beside its pixels. */
export interface ImageMetadata {
  /** A TIFF, with "Exif\0\0" before it, once or twice, or without. */
  readonly exif?: Uint8Array | undefined;
  /** An XMP packet. */
  readonly xmp?: Uint8Array | undefined;
}

const ORIENTATION_TAG = 0x0112;
const ENTRY_BYTES = 12;
const INLINE_BYTES = 4;
/** The 8 bytes of a TIFF's header: byte order, magic, offset of the directory. */
const HEADER_BYTES = 8;
const PREFIX = "Exif\0\0";
const PREFIXES_MAX = 2;
/** Byte orders with magics that Pillow takes for a TIFF's, and whether they say little-endian. */
const BYTE_ORDERS: Readonly<Record<string, boolean>> = {
  "II*\0": true,
  "II\0*": true,
  "MM\0*": false,
  "MM*\0": false,
  "MM\0+": false,
};
const XMP_ORIENTATION = /tiff:Orientation(?:="|>)([0-9])/;
/** Of an XMP packet; a JPEG's segment has no more. */
const XMP_BYTES_MAX = 65_536;

interface ValueType {
  readonly bytes: number;
  /** Reads the first value; a type without has no numbers, and its values turn nothing. */
  readonly read?: (view: DataView, offset: number, isLittleEndian: boolean) => number;
}

/** TIFF's types by number (TIFF 6.0, section 2). */
const TYPES: Readonly<Record<number, ValueType>> = {
  1: { bytes: 1 },
  2: { bytes: 1 },
  3: { bytes: 2, read: (view, at, order) => view.getUint16(at, order) },
  4: { bytes: 4, read: (view, at, order) => view.getUint32(at, order) },
  5: {
    bytes: 8,
    read: (view, at, order) => view.getUint32(at, order) / view.getUint32(at + 4, order),
  },
  6: { bytes: 1, read: (view, at) => view.getInt8(at) },
  7: { bytes: 1 },
  8: { bytes: 2, read: (view, at, order) => view.getInt16(at, order) },
  9: { bytes: 4, read: (view, at, order) => view.getInt32(at, order) },
  10: {
    bytes: 8,
    read: (view, at, order) => view.getInt32(at, order) / view.getInt32(at + 4, order),
  },
  11: { bytes: 4, read: (view, at, order) => view.getFloat32(at, order) },
  12: { bytes: 8, read: (view, at, order) => view.getFloat64(at, order) },
  13: { bytes: 4, read: (view, at, order) => view.getUint32(at, order) },
  16: { bytes: 8, read: (view, at, order) => Number(view.getBigUint64(at, order)) },
};

/** The orientation, 1 to 8; 1 where neither says another one. */
export function metadataOrientation({ exif, xmp }: ImageMetadata): number {
  const found = (exif && exifOrientation(exif)) ?? (xmp && xmpOrientation(xmp)) ?? 1;
  return Number.isInteger(found) && found >= 1 && found <= 8 ? found : 1;
}

/** Whatever stands in the tag, NaN where that is no number or there is no telling; `undefined` without the tag. */
function exifOrientation(exif: Uint8Array): number | undefined {
  let tiff = exif;
  for (let count = 0; count < PREFIXES_MAX && latin1(tiff, PREFIX.length) === PREFIX; count++) {
    tiff = tiff.subarray(PREFIX.length);
  }
  if (tiff.length === 0) return undefined;
  const isLittleEndian = BYTE_ORDERS[latin1(tiff, 4)];
  if (isLittleEndian === undefined || tiff.length < HEADER_BYTES) return NaN;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = view.getUint32(4, isLittleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const count = view.getUint16(directory, isLittleEndian);
  const first = directory + 2;
  const held = Math.min(count, Math.trunc((tiff.length - first) / ENTRY_BYTES));
  for (let entry = first; entry < first + held * ENTRY_BYTES; entry += ENTRY_BYTES) {
    if (view.getUint16(entry, isLittleEndian) !== ORIENTATION_TAG) continue;
    const value = entryValue(view, entry, isLittleEndian);
    if (value !== undefined) return value;
  }
  return undefined;
}

function entryValue(view: DataView, entry: number, isLittleEndian: boolean): number | undefined {
  const type = TYPES[view.getUint16(entry + 2, isLittleEndian)];
  if (type === undefined) return undefined;
  const bytes = view.getUint32(entry + 4, isLittleEndian) * type.bytes;
  const offset = bytes <= INLINE_BYTES ? entry + 8 : view.getUint32(entry + 8, isLittleEndian);
  if (bytes === 0 || offset + bytes > view.byteLength) return undefined;
  return type.read?.(view, offset, isLittleEndian) || NaN;
}

function xmpOrientation(xmp: Uint8Array): number | undefined {
  const digit = XMP_ORIENTATION.exec(latin1(xmp, XMP_BYTES_MAX))?.[1];
  return digit === undefined ? undefined : Number(digit);
}

/** The first bytes, a character each. */
function latin1(bytes: Uint8Array, lengthMax: number): string {
  return LATIN1.decode(bytes.subarray(0, lengthMax));
}

const LATIN1 = new TextDecoder("latin1");
