/**
 * Raw files of cameras, and the JPEG previews in them. Most are TIFFs (TIFF 6.0; TIFF/EP, ISO 12234-2; DNG 1.7): previews
 * stand in directories of their own, by the tags of JPEGs or as a single strip. Those that lie in a maker's notes, and
 * CR3's, are not looked for.
 */
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { sniffFormat } from "../../preprocess/header/format.ts";
import { judgeImage } from "../../preprocess/header/image_header.ts";
import type { FilePart } from "../library/photo_table.ts";

/** A raw file. */
export interface RawFile {
  /** Such as `cr2`. */
  readonly format: string;
  /** Of its largest picture, in pixels. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** The largest JPEG in it that is decoded. */
  readonly preview: FilePart | undefined;
}

const RAW_NAME = /\.(dng|cr2|cr3|nef|nrw|arw|sr2|orf|raf|rw2|pef|srw)$/i;
/** Of TIFF, and what Olympus (twice) and Panasonic write in its place. */
const VERSIONS: readonly number[] = [42, 0x4f52, 0x5352, 0x55];
const TAG = {
  width: 0x100,
  height: 0x101,
  compression: 0x103,
  stripOffset: 0x111,
  stripBytes: 0x117,
  subDirectories: 0x14a,
  jpegOffset: 0x201,
  jpegBytes: 0x202,
  panasonicJpeg: 0x2e,
  dngVersion: 0xc612,
};
/** TIFF's two kinds of JPEG, and DNG's with losses. */
const JPEG_COMPRESSIONS: readonly number[] = [6, 7, 34892];
/** Cameras write some five; a hostile file's go in circles. */
const DIRECTORIES_MAX = 64;
const ENTRIES_MAX = 1024;
const VALUES_MAX = 16;
const TYPE_BYTES: Readonly<Record<number, number>> = { 3: 2, 4: 4, 7: 1, 13: 4 };
const FUJI = "FUJIFILMCCD-RAW";
/** Where Fuji's header has the preview's place and length, big-endian. */
const FUJI_PREVIEW_AT = 84;
const LIMITS = { ...DEFAULT_LIMITS, bytesMax: 2 ** 31, pixelsMax: 2 ** 31 };

/** Reads a raw file; `undefined` for one that is none, by its name and its first bytes. */
export function readRaw(path: string, bytes: Uint8Array): RawFile | undefined {
  const [, extension] = RAW_NAME.exec(path) ?? [];
  const sniffed = sniffFormat(bytes.subarray(0, 16));
  if (sniffed !== undefined && sniffed !== "tiff") return undefined;
  const directories = readDirectories(bytes);
  const isDng = directories[0]?.has(TAG.dngVersion) === true;
  const format = isDng ? "dng" : extension?.toLowerCase();
  if (format === undefined) return undefined;
  const candidates = [...directories.flatMap(jpegsOf), ...fujiPreview(bytes)];
  const pictures = directories.map((directory) => ({
    width: directory.get(TAG.width)?.[0] ?? 0,
    height: directory.get(TAG.height)?.[0] ?? 0,
  }));
  const largest = pictures.sort((one, other) => area(other) - area(one))[0];
  const isSized = largest !== undefined && area(largest) > 0;
  return {
    format,
    width: isSized ? largest.width : undefined,
    height: isSized ? largest.height : undefined,
    preview: largestJpeg(bytes, candidates),
  };
}

type Directory = ReadonlyMap<number, readonly number[]>;

/** The directories of a TIFF, those below others included: integers by tag. None of what is no TIFF. */
function readDirectories(bytes: Uint8Array): Directory[] {
  if (bytes.length < 8) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const order = view.getUint16(0);
  const isLittle = order === 0x4949;
  if (!isLittle && order !== 0x4d4d || !VERSIONS.includes(view.getUint16(2, isLittle))) return [];
  const directories: Directory[] = [];
  const waiting = [view.getUint32(4, isLittle)];
  const seen = new Set<number>();
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (at === 0 || seen.has(at) || directories.length === DIRECTORIES_MAX) continue;
    seen.add(at);
    const { directory, next } = readDirectory(view, at, isLittle);
    directories.push(directory);
    waiting.push(...directory.get(TAG.subDirectories) ?? [], next);
  }
  return directories;
}

function readDirectory(
  view: DataView,
  start: number,
  isLittle: boolean,
): { readonly directory: Directory; readonly next: number } {
  const directory = new Map<number, number[]>();
  if (start + 2 > view.byteLength) return { directory, next: 0 };
  const count = Math.min(view.getUint16(start, isLittle), ENTRIES_MAX);
  const end = start + 2 + count * 12;
  if (end > view.byteLength) return { directory, next: 0 };
  for (let entry = start + 2; entry < end; entry += 12) {
    directory.set(view.getUint16(entry, isLittle), readValues(view, entry, isLittle));
  }
  return { directory, next: end + 4 <= view.byteLength ? view.getUint32(end, isLittle) : 0 };
}

/** Of SHORTs, LONGs and IFDs; of bytes without a type, their place and number. */
function readValues(view: DataView, entry: number, isLittle: boolean): number[] {
  const type = view.getUint16(entry + 2, isLittle);
  const count = view.getUint32(entry + 4, isLittle);
  const bytes = TYPE_BYTES[type];
  if (bytes === undefined) return [];
  const isInline = count * bytes <= 4;
  const at = isInline ? entry + 8 : view.getUint32(entry + 8, isLittle);
  if (bytes === 1) return [at, count];
  const known = Math.min(count, VALUES_MAX);
  if (at + known * bytes > view.byteLength) return [];
  return Array.from(
    { length: known },
    (_, index) =>
      bytes === 2
        ? view.getUint16(at + index * 2, isLittle)
        : view.getUint32(at + index * 4, isLittle),
  );
}

function jpegsOf(directory: Directory): FilePart[] {
  const parts: FilePart[] = [];
  const add = (offset: number | undefined, bytes: number | undefined) => {
    if (offset !== undefined && bytes !== undefined) parts.push({ offset, bytes });
  };
  add(directory.get(TAG.jpegOffset)?.[0], directory.get(TAG.jpegBytes)?.[0]);
  const strips = directory.get(TAG.stripOffset) ?? [];
  if (
    strips.length === 1 && JPEG_COMPRESSIONS.includes(directory.get(TAG.compression)?.[0] ?? 0)
  ) add(strips[0], directory.get(TAG.stripBytes)?.[0]);
  const [offset, length] = directory.get(TAG.panasonicJpeg) ?? [];
  add(offset, length);
  return parts;
}

function fujiPreview(bytes: Uint8Array): FilePart[] {
  const head = String.fromCharCode(...bytes.subarray(0, FUJI.length));
  if (head !== FUJI || bytes.length < FUJI_PREVIEW_AT + 8) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset + FUJI_PREVIEW_AT, 8);
  return [{ offset: view.getUint32(0), bytes: view.getUint32(4) }];
}

function largestJpeg(bytes: Uint8Array, parts: readonly FilePart[]): FilePart | undefined {
  const judged = parts.flatMap((part) => {
    const size = jpegSize(bytes.subarray(part.offset, part.offset + part.bytes), part.bytes);
    return size === undefined ? [] : [{ part, area: area(size) }];
  });
  return judged.sort((one, other) => other.area - one.area)[0]?.part;
}

/** `undefined` for what is no JPEG, not whole, or the sensor's own data: those are without losses. */
function jpegSize(
  bytes: Uint8Array,
  length: number,
): { readonly width: number; readonly height: number } | undefined {
  if (bytes.length < length || sniffFormat(bytes.subarray(0, 16)) !== "jpeg") return undefined;
  try {
    const header = judgeImage(bytes, LIMITS);
    return LOSSLESS.includes(header.jpeg?.frameType ?? 0) ? undefined : header;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

const LOSSLESS: readonly number[] = [3, 11];

function area({ width, height }: { readonly width: number; readonly height: number }): number {
  return width * height;
}
