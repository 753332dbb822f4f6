/** How the SIMD kernel resizes an image of some size, and where in its memory. */
import { type CropGeometry, cropWindows, hasMargins, isVerticalFirst } from "../resize/geometry.ts";
import { heldRegion, type ImageShape, pixelBytes, type PixelRegion } from "../contract/pixels.ts";
import type { CropSettings } from "../contract/preprocess_spec.ts";
import type { AxisTable, AxisTableCache } from "./axis_tables.ts";

/** Both passes of an image and the addresses of what they read and write, from low to high. */
export interface ResizePlan {
  readonly geometry: CropGeometry;
  /** Whether what the passes give is less than the crop. */
  readonly hasMargins: boolean;
  readonly columns: AxisTable;
  readonly rows: AxisTable;
  readonly isVerticalFirst: boolean;
  /** Starts and then weights of the columns, and of the rows. */
  readonly columnTable: number;
  readonly rowTable: number;
  /** What the first pass writes, and the bytes from one of its rows to the next. */
  readonly between: number;
  readonly betweenStride: number;
  /** What the horizontal pass writes when it comes second: rows with room behind them. */
  readonly padded: number;
  readonly paddedStride: number;
  /** The image's pixels, all that are held: where the crop is to be, if they are the crop. */
  readonly input: number;
  /** A strip of an image that lies elsewhere; last, as are most images, since they vary most. */
  readonly strip: number;
  /** Whether the image is the crop, in RGB. */
  readonly isCrop: boolean;
  readonly held: PixelRegion;
  readonly inputStride: number;
  /** Rows of a strip: many enough for what the first pass gives at a time, few enough for a processor's own cache. */
  readonly stripRows: number;
}

/** What plans of a kernel have in common. */
export interface PlanOptions extends CropSettings {
  /** First address that is free. */
  readonly start: number;
  /** Address of the crop. */
  readonly rgb: number;
  readonly axes: AxisTableCache;
}

/** Room behind every block: a load takes 16 bytes wherever it starts, a store of 3 bytes writes 4. */
const SLACK_BYTES = 64;
const STRIP_BYTES = 256 * 1024;
/**
 * Bytes from an aligned address to an image's pixels. libjpeg-turbo's SIMD code for x86 writes rows that begin at a
 * multiple of 16 or 32 bytes past the caches, from where resizing would have to fetch them back; with an odd address no
 * row of an even number of bytes begins there. Loads of the kernel's own do not mind.
 */
export const PIXELS_OFFSET = 1;

/** Hands out addresses one after the other, each block on a cache line of its own. */
export class Arena {
  #end: number;

  constructor(start: number) {
    this.#end = start;
  }

  /** The first address behind all blocks. */
  get end(): number {
    return this.#end;
  }

  /** Address of a block. */
  take(byteLength: number): number {
    const address = this.#end;
    this.#end += Math.ceil((byteLength + SLACK_BYTES) / 64) * 64;
    return address;
  }
}

/** Plans the passes of an image of which all pixels are held; images of the same shape have the same plan. */
export function planResize(shape: ImageShape, options: PlanOptions): ResizePlan {
  const channels = pixelBytes(shape);
  const { size, pillow, axes } = options;
  const { geometry, ...windows } = cropWindows(shape, options);
  const columns = axes.get(windows.columns);
  const rows = axes.get(windows.rows);
  const verticalFirst = isVerticalFirst(shape, geometry, pillow);
  const paddedStride = geometry.width * channels + 16;
  const betweenStride = verticalFirst
    ? (columns.sourceEnd - columns.sourceStart) * channels
    : paddedStride;
  // A tap of weight 0 may lie one row further.
  const betweenRows = verticalFirst ? geometry.height : rows.sourceEnd - rows.sourceStart + 1;
  const isIdentity = columns.isIdentity && rows.isIdentity;
  const isWhole = shape.width === size && shape.height === size;
  const isCrop = isIdentity && isWhole && shape.mode === "RGB";
  const arena = new Arena(options.start);
  return {
    geometry,
    hasMargins: hasMargins(geometry),
    columns,
    rows,
    isVerticalFirst: verticalFirst,
    columnTable: arena.take(columns.starts.byteLength + columns.weights.byteLength),
    rowTable: arena.take(rows.starts.byteLength + rows.weights.byteLength),
    between: arena.take(betweenRows * betweenStride),
    betweenStride,
    padded: arena.take(verticalFirst ? geometry.height * paddedStride : 0),
    paddedStride,
    input: isCrop ? options.rgb : arena.end + PIXELS_OFFSET,
    strip: arena.end + PIXELS_OFFSET,
    isCrop,
    ...inputLayout(shape, verticalFirst ? rows.taps : 1),
  };
}

/** The plan of an image of the same shape of which fewer pixels are held, or all of them. */
export function planHeld(plan: ResizePlan, shape: ImageShape): ResizePlan {
  if (shape.held === undefined) return plan;
  return { ...plan, ...inputLayout(shape, plan.isVerticalFirst ? plan.rows.taps : 1) };
}

/**
 * All that depends on which pixels are held.
 *
 * @param rowsMin That the first pass reads at least: those of an output row, or any.
 */
function inputLayout(
  shape: ImageShape,
  rowsMin: number,
): Pick<ResizePlan, "held" | "inputStride" | "stripRows"> {
  const held = heldRegion(shape);
  const inputStride = held.width * pixelBytes(shape);
  const stripRows = Math.max(rowsMin, Math.trunc(STRIP_BYTES / inputStride));
  return { held, inputStride, stripRows };
}

/** Memory that a plan needs with so many rows of input at a time. */
export function memoryBytes({ strip, inputStride }: ResizePlan, inputRows: number): number {
  // As above, one row further.
  return strip + (inputRows + 1) * inputStride + SLACK_BYTES;
}
