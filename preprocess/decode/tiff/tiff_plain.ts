/** Uncompressed TIFFs, as Pillow reads them without libtiff: it looks at offsets alone, and at no byte count. */
import { pixelBytes } from "../../contract/pixels.ts";
import type { PixelTarget } from "./strip_reader.ts";
import { rowLayout } from "./tiff_layouts.ts";
import { number, TAG, type TiffPage } from "./tiff_page.ts";
import { assertCoverage } from "./tiff_segments.ts";
/** A strip or tile, as far as the picture has it. */
interface PlainPart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly rows: number;
  readonly offset: number;
  /** Bytes from a row to the next; 0 where they follow each other. */
  readonly stride: number;
  readonly layout: string;
}

/**
 * Reads all pixels. Where strips are missing they stay as they are; where there are too many, those further on in the
 * file win.
 *
 * @throws {Refusal} `image_too_large` or `unsupported_image`.
 * @throws {Error} when the file ends within a strip.
 */
export function readPlain(
  bytes: Uint8Array,
  page: TiffPage,
  { mode, data }: PixelTarget,
): void {
  for (const part of partsOf(page)) readPart(bytes, part, { page, mode, data });
}

function partsOf(page: TiffPage): readonly PlainPart[] {
  const { directory, width, height, isSeparate, kind } = page;
  const { partWidth, partRows, offsetTag } = gridOf(page);
  const count = directory.count(offsetTag);
  assertCoverage({ count, pixels: 0 }, width * height);
  let offsets = directory.values(offsetTag, count);
  if (offsets.length === 0) throw new Error("Cannot find where its strips are");
  if (partWidth === width && partRows === height && !isSeparate) offsets = offsets.slice(-1);
  const parts: PlainPart[] = [];
  let [x, y, plane] = [0, 0, 0];
  for (const offset of offsets) {
    const stride = x + partWidth > width ? strideOf(page, partWidth) : 0;
    const layout = isSeparate ? kind.layout[plane] : kind.layout;
    if (layout === undefined) throw new Error("Cannot read more planes than samples");
    const right = Math.min(x + partWidth, width);
    const bottom = Math.min(y + partRows, height);
    if (right <= x || bottom <= y) throw new Error("Cannot read a strip of no size");
    parts.push({ x, y, width: right - x, rows: bottom - y, offset, stride, layout });
    x += partWidth;
    if (x < width) continue;
    [x, y] = [0, y + partRows];
    if (y < height) continue;
    y = 0;
    plane++;
  }
  const distinct = lastOfEqual(parts.sort((a, b) => a.offset - b.offset));
  const pixels = distinct.reduce((sum, part) => sum + part.width * part.rows, 0);
  assertCoverage(
    { count, pixels: isSeparate ? pixels / page.bits.length : pixels },
    width * height,
  );
  return distinct;
}

function gridOf(
  { directory, width, height }: TiffPage,
): { readonly partWidth: number; readonly partRows: number; readonly offsetTag: number } {
  if (directory.count(TAG.offsets) > 0) {
    const partRows = number(directory, TAG.rows) ?? height;
    return { partWidth: width, partRows, offsetTag: TAG.offsets };
  }
  const partWidth = number(directory, TAG.tileWidth) ?? 0;
  const partRows = number(directory, TAG.tileHeight) ?? 0;
  return { partWidth, partRows, offsetTag: TAG.tileOffsets };
}

function strideOf({ bits, isSeparate, kind, extraSamples }: TiffPage, partWidth: number): number {
  const rowBytes = partWidth * bits.reduce((sum, sample) => sum + sample, 0) / 8;
  const colours = kind.mode === "CMYK" ? 4 : ["RGB", "RGBA", "YCbCr"].includes(kind.mode) ? 3 : 1;
  return Math.trunc(isSeparate ? rowBytes / (colours + extraSamples.length) : rowBytes);
}

/** Of neighbours that go to the same place. */
function lastOfEqual(parts: readonly PlainPart[]): PlainPart[] {
  return parts.filter((part, index) => {
    const next = parts[index + 1];
    return next === undefined || next.x !== part.x || next.y !== part.y ||
      next.width !== part.width || next.rows !== part.rows || next.stride !== part.stride ||
      next.layout !== part.layout;
  });
}

interface PartTarget extends PixelTarget {
  readonly page: TiffPage;
}

function readPart(bytes: Uint8Array, part: PlainPart, { page, mode, data }: PartTarget): void {
  const { x, y, width, rows, offset, stride } = part;
  const layout = rowLayout(page.kind.mode, part.layout);
  if (layout === undefined) throw new Error("Cannot unpack samples in this arrangement");
  const rowBytes = Math.trunc((width * layout.bits + 7) / 8);
  const step = stride === 0 ? rowBytes : stride;
  if (step < rowBytes) throw new Error("Cannot read rows that are longer than their tile's");
  if (offset < 0 || offset + (rows - 1) * step + rowBytes > bytes.length) {
    throw new Error("Cannot read all of a strip as the file ends");
  }
  const size = pixelBytes({ mode });
  for (let row = 0; row < rows; row++) {
    const from = offset + row * step;
    const to = ((y + row) * page.width + x) * size;
    layout.unpack(
      bytes.subarray(from, from + rowBytes),
      data.subarray(to, to + width * size),
      width,
    );
  }
}
