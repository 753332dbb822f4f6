/** TIFFs of a few tags, for whoever wants one that nothing writes. */

/** Values by tag; the offsets of strips are those in `data`. */
export type TiffTags = Readonly<Record<number, number | readonly number[]>>;

const [ENTRY_BYTES, LONG, STRIP_OFFSETS, TILE_OFFSETS] = [12, 4, 273, 324];

/** A little-endian file whose tags are LONGs, with the data behind its directory. */
function tiffFile(
  tags: TiffTags,
  data: ArrayLike<number> = [],
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(tags).map(([tag, values]) => ({
    tag: Number(tag),
    values: [values].flat(),
  }));
  const arrays = entries.map(({ values }) => values.length === 1 ? 0 : values.length * 4);
  const arraysAt = 10 + entries.length * ENTRY_BYTES + 4;
  const dataAt = arraysAt + arrays.reduce((sum, length) => sum + length, 0);
  const bytes = new Uint8Array(dataAt + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x49, 0x49, 42, 0, 8]);
  view.setUint16(8, entries.length, true);
  let arrayAt = arraysAt;
  entries.forEach(({ tag, values }, index) => {
    const entry = 10 + index * ENTRY_BYTES;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, LONG, true);
    view.setUint32(entry + 4, values.length, true);
    const isPlace = tag === STRIP_OFFSETS || tag === TILE_OFFSETS;
    if (values.length > 1) view.setUint32(entry + 8, arrayAt, true);
    values.forEach((value, number) => {
      const at = values.length > 1 ? arrayAt + number * 4 : entry + 8;
      view.setUint32(at, value + (isPlace ? dataAt : 0), true);
    });
    arrayAt += values.length > 1 ? values.length * 4 : 0;
  });
  bytes.set(data, dataAt);
  return bytes;
}

/** Gray of 8 bits in one strip, 2×2 pixels, with other tags beside or instead. */
export function grayTiff(tags: TiffTags, data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const gray = { 256: 2, 257: 2, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 2 };
  return tiffFile({ ...gray, 279: data.length, ...tags }, data);
}
