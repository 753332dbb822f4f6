/**
 * What an image costs to preprocess at its worst, told by its head: before anything of it is decoded.
 *
 * The factors were measured on 2026-11-26, on two hyperthreads that others used too, as the CPU of one thread and what
 * decoding adds to the resident memory; `deno task bench:micro cost` measures them anew, beside what is reckoned here.
 */
import type { ImageLimits } from "../contract/image_limits.ts";
import { Refusal } from "../contract/refusal.ts";
import type { ImageHeader, JudgedImage } from "./image_header.ts";
import {
  countJpegScans,
  isArithmetic,
  isProgressive,
  type JpegHeader,
  type JpegScans,
} from "./jpeg_header.ts";

/** The price of one image. */
export interface ImageCost {
  /** Milliseconds on one decoding thread. */
  readonly ms: number;
  /** Bytes of memory held while it is decoded, the file's own included. */
  readonly bytes: number;
}

/** Scans of a JPEG, and components that they have in sum. */
export type ScanCount = Pick<JpegScans, "count" | "components">;

/** Of JPEGs in one sequential scan, each of whose blocks is decoded and done with. */
const BASELINE_MS = { image: 0.05, megapixel: 3.4, mebibyte: 5 };
/** CMYK has four samples a pixel, and is turned into RGB by us; lossless ones are coded sample by sample. */
const BASELINE_FACTORS = { fourComponents: 8, lossless: 6 };
const LOSSLESS = 3;
/**
 * Of all others, which libjpeg keeps as coefficients until the last scan. A million blocks (of 64 samples of one
 * component) cost once, for their pixels, and then for every scan that passes over them, whether there is data or not.
 */
const SCANS_MS = {
  blocks: 210,
  huffman: { blocksOfScan: 12, mebibyte: 35 },
  arithmetic: { blocksOfScan: 200, mebibyte: 85 },
};
const COEFFICIENT_BYTES_PER_BLOCK = 64 * 2;
/** For each pixel, for each byte of its samples, and for the file. */
const RASTER_MS = {
  png: { megapixel: 6, megabyte: 6, mebibyte: 12 },
  gif: { megapixel: 11, megabyte: 0, mebibyte: 24 },
  bmp: { megapixel: 6, megabyte: 0, mebibyte: 10 },
  tiff: { megapixel: 24, megabyte: 4, mebibyte: 40 },
  webp: { megapixel: 60, megabyte: 0, mebibyte: 100 },
};
/** For each row, which counts where there are millions of them. */
const ROW_MS = 0.00008;
/** For each strip or tile, which begins anew: a JPEG of 16×16 pixels takes the longest. */
const PART_MS = 0.015;
/** Rows of a PNG that are held at once: inflated, the one above, and one of pixels. */
const PNG_ROWS = 3;
/**
 * Bytes a pixel, a byte of its samples, and one of the file: RGBA, of a GIF indices; a TIFF's head says more. WebP's
 * codec copies the file into memory of its own, and its pixels out of it; a TIFF's bits may have to be put in order.
 */
const RASTER_BYTES = {
  png: { pixel: 4, sample: 0, file: 1 },
  gif: { pixel: 1, sample: 0, file: 1 },
  bmp: { pixel: 4, sample: 0, file: 1 },
  tiff: { pixel: 4, sample: 1, file: 2 },
  webp: { pixel: 9, sample: 1, file: 2 },
};

/**
 * Of resizing, what the factors above do not hold, since they were measured with a crop of 224 pixels out of the middle.
 * For each pixel that the crop has beyond that; where both sides become the crop's, for each pixel of them, which has
 * four weights however small the rest is; and where Pillow 12's first pass gives more than the kernel has room for.
 */
const CROP_COST = {
  usualSize: 224,
  megapixelMs: 3,
  squash: { sideMs: 0.0002, sideBytes: 80 },
  firstPass: { pixelsMax: 3_900_000, megapixelMs: 60, pixelBytes: 4 },
};

/**
 * Files whose scans are counted where they are judged, which takes up to 1 ms. Of longer ones (8 MB take 4 ms, or 100
 * where all of it looks like markers) whoever decodes them counts.
 */
const COUNTED_BYTES_MAX = 64 * 1024;

/**
 * Reckons what an image costs, and refuses one that costs too much.
 *
 * @param scans Of a JPEG, where they were counted.
 * @throws {Refusal} `image_too_large`.
 */
export function judgeCost(
  image: JudgedImage,
  limits: ImageLimits,
  scans: ScanCount | undefined = countScans(image, limits),
): ImageCost {
  const cost = imageCost(image, scans, limits);
  const { decodeMsMax, decodeBytesMax } = limits;
  if (cost.ms > decodeMsMax) {
    const passes = scans === undefined ? "" : `${scans.count} scans of `;
    throw tooDear(image, `take ≤ ${decodeMsMax} ms: ${passes}`, `take ${Math.ceil(cost.ms)} ms`);
  }
  if (cost.bytes > decodeBytesMax) {
    throw tooDear(image, `hold ≤ ${decodeBytesMax} bytes: `, `hold ${Math.ceil(cost.bytes)} bytes`);
  }
  return cost;
}

function tooDear({ header: { width, height } }: JudgedImage, bound: string, cost: string): Refusal {
  const message = `Cannot decode image as its decoding must ${bound}${
    width * height
  } pixels ${cost}`;
  return new Refusal("image_too_large", message);
}

function countScans(
  { bytes, header: { jpeg } }: JudgedImage,
  { scansMax }: ImageLimits,
): ScanCount | undefined {
  if (jpeg === undefined || isOneScan(jpeg) || bytes.length > COUNTED_BYTES_MAX) return undefined;
  return countJpegScans(bytes, jpeg.firstScanOffset, scansMax);
}

/**
 * Reckons what an image costs.
 *
 * @param scans Of a JPEG, where they were counted; else one, the least that there can be.
 */
export function imageCost(
  { bytes, header }: JudgedImage,
  scans?: ScanCount,
  { jpegTimeFactor = 1, crop }: Pick<ImageLimits, "jpegTimeFactor" | "crop"> = {},
): ImageCost {
  const { jpeg } = header;
  const isJpeg = jpeg !== undefined;
  const decode = isJpeg ? jpegCost(bytes.length, jpeg, scans) : rasterCost(bytes.length, header);
  const resize = crop === undefined ? { ms: 0, bytes: 0 } : cropCost(header, crop);
  return {
    ms: decode.ms * (isJpeg ? jpegTimeFactor : 1) + resize.ms,
    bytes: decode.bytes + resize.bytes,
  };
}

function cropCost(
  { width, height }: ImageHeader,
  { size, resize_mode, pillow }: NonNullable<ImageLimits["crop"]>,
): ImageCost {
  const { usualSize, megapixelMs, squash, firstPass } = CROP_COST;
  const ms = Math.max(0, size ** 2 - usualSize ** 2) / 1e6 * megapixelMs;
  if (resize_mode !== "squash") return { ms, bytes: 0 };
  const sides = width + height;
  const between = pillow >= 13 || height * size <= firstPass.pixelsMax ? 0 : height * size;
  return {
    ms: ms + sides * squash.sideMs + between / 1e6 * firstPass.megapixelMs,
    bytes: sides * squash.sideBytes + between * firstPass.pixelBytes,
  };
}

function jpegCost(fileBytes: number, jpeg: JpegHeader, scans?: ScanCount): ImageCost {
  const pixels = jpeg.width * jpeg.height;
  const outputBytes = pixels * jpeg.components;
  // Turned upright, they lie there twice.
  const held = fileBytes + outputBytes * (jpeg.orientation === 1 ? 1 : 2);
  if (isOneScan(jpeg) && !isArithmetic(jpeg)) {
    const { image, megapixel, mebibyte } = BASELINE_MS;
    const ms = image + pixels / 1e6 * megapixel + fileBytes / 2 ** 20 * mebibyte;
    return { ms: ms * baselineFactor(jpeg), bytes: held };
  }
  const { blocksOfScan, mebibyte } = isArithmetic(jpeg) ? SCANS_MS.arithmetic : SCANS_MS.huffman;
  const { components } = jpeg;
  const passes = Math.max(scans?.components ?? 0, components) / components;
  const ms = jpeg.blocks / 1e6 * (SCANS_MS.blocks + passes * blocksOfScan) +
    fileBytes / 2 ** 20 * mebibyte;
  return { ms, bytes: held + (isOneScan(jpeg) ? 0 : jpeg.blocks * COEFFICIENT_BYTES_PER_BLOCK) };
}

function baselineFactor({ components, frameType }: JpegHeader): number {
  if (frameType === LOSSLESS) return BASELINE_FACTORS.lossless;
  return components === 4 ? BASELINE_FACTORS.fourComponents : 1;
}

/** Whether a JPEG is decoded block by block, in a single scan of all components. */
function isOneScan(jpeg: JpegHeader): boolean {
  return !isProgressive(jpeg) && jpeg.firstScanComponents === jpeg.components;
}

/**
 * Whether a head bounds the time as well as the memory: that of a Huffman-coded JPEG in one scan does. In others there
 * is scan upon scan, and a small PNG may hold any number of pixels.
 */
export function isPlainJpeg({ jpeg }: ImageHeader): boolean {
  return jpeg !== undefined && jpeg.frameType === 0 && isOneScan(jpeg);
}

function rasterCost(
  fileBytes: number,
  { format, width, height, sampleBytes, heldBytes, parts = 0, orientation }: ImageHeader,
): ImageCost {
  if (format === "jpeg") {
    throw new RangeError("Cannot reckon the cost of a JPEG without its header");
  }
  const pixels = width * height;
  const samples = pixels * (sampleBytes ?? 1);
  const { megapixel, megabyte, mebibyte } = RASTER_MS[format];
  const ms = (pixels * megapixel + samples * megabyte) / 1e6 + fileBytes / 2 ** 20 * mebibyte +
    height * ROW_MS + parts * PART_MS;
  const { pixel, sample, file } = RASTER_BYTES[format];
  // Turned upright, pixels lie there twice; a head that says what is held counts that itself.
  const held = heldBytes === undefined
    ? pixels * pixel * (orientation === 1 ? 1 : 2) + samples * sample
    : pixels * heldBytes;
  const rows = format === "png" ? PNG_ROWS * width * (sampleBytes ?? 1) : 0;
  return { ms, bytes: Math.ceil(held + rows + fileBytes * file) };
}
