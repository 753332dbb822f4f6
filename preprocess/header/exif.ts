/** Reads the one EXIF field that changes pixels: orientation (EXIF 2.32, tag 0x0112 of IFD0). */

const HEADER = [0x45, 0x78, 0x69, 0x66, 0, 0]; // "Exif\0\0"
const ORIENTATION_TAG = 0x0112;
const SHORT_TYPE = 3;
const LONG_TYPE = 4;
const ENTRY_BYTES = 12;

/** Orientation 1–8 from the payload of an APP1 segment; `undefined` when it has none or is damaged. */
export function exifOrientation(segment: Uint8Array): number | undefined {
  if (!HEADER.every((byte, index) => segment[index] === byte)) return undefined;
  const tiff = segment.subarray(HEADER.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return undefined;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const littleEndian = order === 0x4949;
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > tiff.length) return undefined;
  const entries = view.getUint16(directory, littleEndian);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES;
    if (entry + ENTRY_BYTES > tiff.length) return undefined;
    if (view.getUint16(entry, littleEndian) !== ORIENTATION_TAG) continue;
    const type = view.getUint16(entry + 2, littleEndian);
    if (type !== SHORT_TYPE && type !== LONG_TYPE) return undefined;
    const value = type === SHORT_TYPE
      ? view.getUint16(entry + 8, littleEndian)
      : view.getUint32(entry + 8, littleEndian);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return undefined;
}
