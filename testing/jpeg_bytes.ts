/** JPEGs written by hand, segment by segment, for tests of what reads headers. */

/** What a frame header declares; 64×48 baseline YCbCr of 8 bits unless told otherwise. */
export interface FrameFields {
  /** Low byte of the SOF marker. */
  readonly marker?: number;
  readonly precision?: number;
  readonly width?: number;
  readonly height?: number;
  readonly components?: number;
  /** Sampling factors of the first component, across and down; 0x11 unless given. */
  readonly factors?: number;
}

/** Start and end of an image. */
export const SOI: readonly number[] = [0xff, 0xd8];
/** The end of an image. */
export const EOI: readonly number[] = [0xff, 0xd9];

/** A segment: marker, length, payload. */
export function segment(marker: number, payload: readonly number[]): number[] {
  return [0xff, marker, ...big16(payload.length + 2), ...payload];
}

/** A frame header. */
export function frame(fields: FrameFields = {}): number[] {
  const { marker = 0xc0, precision = 8, width = 64, height = 48, components = 3 } = fields;
  const { factors = 0x11 } = fields;
  const tables = Array.from(
    { length: components },
    (_, index) => [index + 1, index === 0 ? factors : 0x11, 0],
  );
  return segment(marker, [
    precision,
    ...big16(height),
    ...big16(width),
    components,
    ...tables.flat(),
  ]);
}

/** The header of a scan over the given number of components, without any data. */
export function scan(components = 3): number[] {
  const tables = Array.from({ length: components }, (_, index) => [index + 1, 0]);
  return segment(0xda, [components, ...tables.flat(), 0, 63, 0]);
}

/** An EXIF directory, its header included, with the given entries of tag, type and value. */
export function exif(
  entries: readonly (readonly [tag: number, type: number, value: number])[],
  littleEndian = true,
): Uint8Array<ArrayBuffer> {
  const head = 6;
  const bytes = new Uint8Array(head + 8 + 2 + entries.length * 12 + 4);
  bytes.set([...new TextEncoder().encode("Exif\0\0")]);
  bytes.set(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d], head);
  const view = new DataView(bytes.buffer, head);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  view.setUint16(8, entries.length, littleEndian);
  entries.forEach(([tag, type, value], index) => {
    const entry = 10 + index * 12;
    view.setUint16(entry, tag, littleEndian);
    view.setUint16(entry + 2, type, littleEndian);
    view.setUint32(entry + 4, 1, littleEndian);
    if (type === 4) view.setUint32(entry + 8, value, littleEndian);
    else view.setUint16(entry + 8, value, littleEndian);
  });
  return bytes;
}

/** Bytes of the given parts, one after another. */
export function bytesOf(...parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flat());
}

function big16(value: number): number[] {
  return [value >> 8, value & 0xff];
}
