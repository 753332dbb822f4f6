/** Compressed TIFFs, as Pillow reads them through libtiff (source: its TiffDecode.c and libtiff's tif_read.c). */
import { pixelBytes } from "../../contract/pixels.ts";
import type { Codec, PixelTarget } from "./strip_reader.ts";
import { bandLayout, divideByAlpha, type RowLayout, rowLayout } from "./tiff_layouts.ts";
import { TAG, type TiffPage } from "./tiff_page.ts";
import { createRestoreRow, type RestoreRow } from "./tiff_predictor.ts";
import { assertReadable, createStripFinder, type Grid, gridOf } from "./tiff_grid.ts";
import { assertCoverage } from "./tiff_segments.ts";
const FLOAT = 3;
/** Bands that Pillow has planes for. */
const BANDS: Readonly<Record<string, number>> = { LA: 2, PA: 2, RGB: 3, RGBA: 4, CMYK: 4 };
/** Unspecified, and alpha that colours were multiplied by. */
const MULTIPLIED: readonly (number | undefined)[] = [undefined, 0, 1];

/** What is done with a row of a plane. */
interface Plane {
  readonly layout: RowLayout;
  /** Where each row is unpacked. */
  readonly row: Uint8Array;
  readonly restore: RestoreRow;
}

/** Where pixels go, and by which way. */
export interface PackedTarget extends PixelTarget {
  readonly codec: Codec;
}

/**
 * Reads all pixels. A row at a time is unpacked, so that memory does not depend on how many a strip has.
 *
 * @throws {Refusal} `image_too_large` or `unsupported_image`.
 * @throws {Error} when the file is damaged.
 */
export function readPacked(
  bytes: Uint8Array,
  page: TiffPage,
  { codec, mode, data }: PackedTarget,
): void {
  const { kind, isSeparate, extraSamples } = page;
  assertReadable(page.directory);
  const grid = gridOf(page);
  const bands = isSeparate ? BANDS[kind.mode] ?? 1 : 1;
  assertCoverage(
    {
      count: grid.across * grid.down * bands,
      pixels: grid.across * grid.down * grid.width * grid.rows,
    },
    page.width * page.height,
  );
  const rowBytes = rowBytesOf(page, grid);
  const strips = createStripFinder(bytes, page, { grid, bands, rowBytes });
  for (let band = 0; band < bands; band++) {
    const plane = planeOf(page, { band, bands, grid, codec });
    for (let index = 0; index < grid.across * grid.down; index++) {
      const packed = strips(band * grid.across * grid.down + index);
      readStrip(packed, { page, grid, index, codec, plane, mode, data });
    }
  }
  if (bands > 3 && kind.mode === "RGBA" && MULTIPLIED.includes(extraSamples[0])) {
    divideByAlpha(data);
  }
}

/** Of the row of a strip or tile, as libtiff reckons. */
function rowBytesOf({ directory, isSeparate }: TiffPage, grid: Grid): number {
  const bits = directory.value(TAG.bits) ?? 1;
  return Math.ceil(grid.width * bits * (isSeparate ? 1 : directory.value(TAG.samples) ?? 1) / 8);
}

interface PlaneOptions {
  readonly band: number;
  readonly bands: number;
  readonly grid: Grid;
  readonly codec: Codec;
}

function planeOf(page: TiffPage, { band, bands, grid, codec }: PlaneOptions): Plane {
  const { directory, kind, isSeparate } = page;
  const bits = directory.value(TAG.bits) ?? 1;
  const rowBytes = rowBytesOf(page, grid);
  const whole = rowLayout(kind.mode, nativeLayout(kind.layout));
  if (whole === undefined) throw new Error("Cannot unpack samples in this arrangement");
  if (bands > 1 && bits !== 8 && bits !== 16) throw new Error("Cannot read planes of such samples");
  assertRowBytes(rowBytes, whole.bits / bands, grid);
  const isPredicted = codec.isPredicted && directory.count(TAG.predictor) === 1;
  return {
    layout: bands === 1 ? whole : bandLayout(kind.mode, band, bits === 16 ? 2 : 1),
    row: new Uint8Array(rowBytes),
    restore: createRestoreRow({
      predictor: isPredicted ? directory.value(TAG.predictor) ?? 1 : 1,
      bits,
      stride: isSeparate ? 1 : directory.value(TAG.samples) ?? 1,
      isFloat: directory.value(TAG.sampleFormat) === FLOAT,
      isLittleEndian: directory.isLittleEndian,
    }),
  };
}

/** Pillow reckons the size of a strip or tile by its layout, and gives up where libtiff has another. */
function assertRowBytes(rowBytes: number, pixelBits: number, grid: Grid): void {
  const ofRow = Math.ceil(Math.trunc(grid.width * pixelBits) / 8);
  const ofColumn = Math.ceil(Math.trunc(grid.rows * pixelBits) / 8);
  const most = grid.isTiled ? ofColumn * grid.width : ofRow * grid.rowsNamed;
  if (rowBytes * grid.rows <= most && ofRow <= rowBytes) return;
  throw new Error("Cannot read rows that have more bytes than their samples");
}

/** What libtiff gives is in the machine's order, which Pillow heeds for some layouts and forgets for others. */
function nativeLayout(layout: string): string {
  return layout === "I;16B" ? "I;16N" : layout.replace(/;16B$/, ";16L");
}

interface StripTarget extends PackedTarget {
  readonly page: TiffPage;
  readonly grid: Grid;
  readonly index: number;
  readonly plane: Plane;
}

function readStrip(packed: Uint8Array, target: StripTarget): void {
  const { page, grid, index, codec, plane: { layout, row, restore }, mode, data } = target;
  const [x, y] = [index % grid.across * grid.width, Math.trunc(index / grid.across) * grid.rows];
  const rows = Math.min(grid.rows, page.height - y);
  const width = Math.min(grid.width, page.width - x);
  const coded = grid.isTiled ? grid.rows : rows;
  const isLast = !grid.isTiled && y + rows === page.height;
  const shape = { width: grid.width, rows: coded, rowsWhole: grid.rows, isLast };
  const reader = codec.open(packed, shape);
  const size = pixelBytes({ mode });
  try {
    for (let line = 0; line < coded; line++) {
      reader.read(row);
      if (line >= rows) continue;
      restore(row);
      const to = ((y + line) * page.width + x) * size;
      layout.unpack(row, data.subarray(to, to + width * size), width);
    }
  } finally {
    reader.close?.();
  }
}
