/** PNG, GIF and TIFF to RGB, the first two through imagescript. */
import { Refusal } from "../contract/refusal.ts";
import type { PixelImage } from "../contract/pixels.ts";
import type { RasterFormat } from "../header/raster_headers.ts";
import { decodeGif, decodePng, type Framebuffer, type GifFrame } from "./imagescript_codecs.ts";
import type { DecodeJpeg } from "./tiff/tiff_jpeg.ts";
import { decodeTiff } from "./tiff/tiff_decoder.ts";
import { decodeWebp } from "./webp/webp_decoder.ts";

/**
 * Decodes the first frame or page; alpha is dropped, as Pillow's `convert("RGB")` drops it.
 *
 * Every call gets a WebAssembly instance of its own, so that a damaged file can spoil no other's.
 *
 * @param decodeJpeg For a TIFF's strips that are JPEGs.
 * @throws {Refusal} `invalid_image` when the file cannot be read, `unsupported_image` for some TIFFs.
 */
export async function decodeRaster(
  bytes: Uint8Array,
  format: RasterFormat,
  decodeJpeg?: DecodeJpeg,
): Promise<PixelImage> {
  try {
    return await DECODERS[format](bytes, decodeJpeg);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("invalid_image", "Cannot decode image: the file is damaged", { cause });
  }
}

type DecodeFile = (bytes: Uint8Array, decodeJpeg?: DecodeJpeg) => PixelImage | Promise<PixelImage>;

const DECODERS: Record<RasterFormat, DecodeFile> = {
  png: (bytes) => toRgb(decodePng(bytes)),
  tiff: decodeTiff,
  webp: decodeWebp,
  gif: (bytes) => onCanvas(decodeGif(bytes)),
};

/** Puts a frame at its place on the GIF's canvas, which is black elsewhere. */
function onCanvas(frame: GifFrame): PixelImage {
  const { x, y, width, height, rgba, canvas } = frame;
  if (x === 0 && y === 0 && width === canvas.width && height === canvas.height) return toRgb(frame);
  const data = new Uint8Array(canvas.width * canvas.height * 3);
  const columns = Math.min(width, canvas.width - x);
  for (let row = 0; row < Math.min(height, canvas.height - y); row++) {
    const source = rgba.subarray(row * width * 4, (row * width + columns) * 4);
    packRgb(source, data.subarray(((y + row) * canvas.width + x) * 3));
  }
  return { ...canvas, mode: "RGB", data };
}

/** In place: red, green and blue never lie behind where they lay with alpha. */
function toRgb({ width, height, rgba }: Framebuffer): PixelImage {
  const data = rgba.subarray(0, width * height * 3);
  packRgb(rgba.subarray(0, width * height * 4), data);
  return { width, height, mode: "RGB", data };
}

function packRgb(rgba: Uint8Array, rgb: Uint8Array): void {
  let out = 0;
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    rgb[out++] = rgba[pixel] as number;
    rgb[out++] = rgba[pixel + 1] as number;
    rgb[out++] = rgba[pixel + 2] as number;
  }
}
