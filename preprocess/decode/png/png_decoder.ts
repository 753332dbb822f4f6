/**
 * PNG to the pixels that Pillow makes of it. A few rows at a time are inflated: beside the pixels, in 8 bits a sample,
 * memory is that of some rows, whatever the file packs.
 */
import { pixelBytes, type PixelImage, type PixelRegion } from "../../contract/pixels.ts";
import { PngFile } from "./png_file.ts";
import type { PngKind } from "./png_kinds.ts";
import { InflatedRows } from "./png_rows.ts";
import { unfilterRow } from "./unfilter.ts";

/** Columns and rows of the picture that a pass has: every so many from the first on. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly columnStep: number;
  readonly rowStep: number;
}

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, columnStep: 1, rowStep: 1 }];
/** PNG 3rd edition, section 8.2. */
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, columnStep: 8, rowStep: 8 },
  { x: 4, y: 0, columnStep: 8, rowStep: 8 },
  { x: 0, y: 4, columnStep: 4, rowStep: 8 },
  { x: 2, y: 0, columnStep: 4, rowStep: 4 },
  { x: 0, y: 2, columnStep: 2, rowStep: 4 },
  { x: 1, y: 0, columnStep: 2, rowStep: 2 },
  { x: 0, y: 1, columnStep: 1, rowStep: 2 },
];

/** Inflated at a time: less than a call takes, and more than it costs. */
const ROWS_BYTES = 64 * 1024;
const PALETTE_COLOURS = 256;

/** What a pass writes to. */
interface Target {
  readonly kind: PngKind;
  readonly pass: Pass;
  /** Columns and rows of the pass. */
  readonly columns: number;
  readonly rows: number;
  readonly isLast: boolean;
  readonly width: number;
  readonly data: Uint8Array;
}

/**
 * Decodes the picture, or an animation's first frame where that stands before the picture.
 *
 * @throws {Error} when the file is damaged in a way that Pillow refuses.
 */
export function decodePng(bytes: Uint8Array): PixelImage {
  const file = new PngFile(bytes);
  const { fields, kind, isInterlaced } = file.state;
  if (fields === undefined || kind === undefined) throw new Error("Cannot find IHDR");
  const { width, height } = fields;
  const { mode } = kind;
  const palette = kind.palette ?? file.state.palette;
  const image = {
    ...{ width, height, mode, data: new Uint8Array(width * height * pixelBytes({ mode })) },
    ...mode === "P" && { palette: wholePalette(palette ?? new Uint8Array(0)) },
  };
  const region = file.state.region();
  using rows = new InflatedRows(file.pieces());
  for (const target of targets(image, kind, { region, isInterlaced })) {
    if (!readPass(rows, target)) break;
  }
  file.readTail();
  return image;
}

function targets(
  { width, data }: PixelImage,
  kind: PngKind,
  { region, isInterlaced }: { readonly region: PixelRegion; readonly isInterlaced: boolean },
): Target[] {
  const passes = (isInterlaced ? ADAM7 : WHOLE).map((pass) => ({
    pass,
    columns: Math.ceil((region.width - pass.x) / pass.columnStep),
    rows: Math.ceil((region.height - pass.y) / pass.rowStep),
  })).filter(({ columns, rows }) => columns > 0 && rows > 0);
  // Pillow puts an interlaced frame into the corner, wherever it belongs.
  const { x, y } = isInterlaced ? { x: 0, y: 0 } : region;
  return passes.map(({ pass, ...size }, index) => ({
    ...{ kind, width, data, ...size, isLast: index === passes.length - 1 },
    pass: { ...pass, x: pass.x + x, y: pass.y + y },
  }));
}

/** @returns Whether the data go on behind it. */
function readPass(inflated: InflatedRows, target: Target): boolean {
  const { kind, columns, rows, isLast } = target;
  const length = Math.ceil(columns * kind.bits / 8);
  const step = Math.ceil(kind.bits / 8);
  const rowBytes = 1 + length;
  const rowsMax = Math.max(1, Math.min(rows, Math.floor(ROWS_BYTES / rowBytes)));
  // The first row is the one above, which is zeros above the first.
  const buffer = new Uint8Array((1 + rowsMax) * rowBytes);
  const pixels = new Uint8Array(columns * pixelBytes(kind));
  for (let row = 0; row < rows;) {
    const isLastRow = isLast && row === rows - 1;
    const left = isLast && !isLastRow ? rows - 1 - row : rows - row;
    const count = Math.min(rowsMax, left);
    const filled = inflated.fill(buffer.subarray(rowBytes, (1 + count) * rowBytes), rowBytes);
    for (let index = 1; index <= filled; index++, row++) {
      const start = index * rowBytes + 1;
      unfilterRow(buffer, { start, length, above: start - rowBytes, step });
      kind.unpack(buffer.subarray(start, start + length), pixels);
      writeRow(pixels, target, row);
    }
    if (filled < count) return false;
    buffer.copyWithin(0, filled * rowBytes, (filled + 1) * rowBytes);
  }
  return true;
}

function writeRow(pixels: Uint8Array, { kind, pass, width, data }: Target, row: number): void {
  const bytes = pixelBytes(kind);
  let to = ((pass.y + row * pass.rowStep) * width + pass.x) * bytes;
  if (pass.columnStep === 1) {
    data.set(pixels, to);
    return;
  }
  const gap = (pass.columnStep - 1) * bytes;
  for (let from = 0; from < pixels.length; to += gap) {
    for (let byte = 0; byte < bytes; byte++) data[to++] = pixels[from++] as number;
  }
}

/** Colours that the file leaves out are black. */
function wholePalette(colours: Uint8Array): Uint8Array {
  const count = Math.floor(colours.length / 3);
  if (count > PALETTE_COLOURS) throw new Error("Cannot hold a palette so long");
  const palette = new Uint8Array(PALETTE_COLOURS * 3);
  palette.set(colours.subarray(0, count * 3));
  return palette;
}
