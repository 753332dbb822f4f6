/** What is no JPEG to pixels, by the decoder of its format. */
import { Refusal } from "../contract/refusal.ts";
import type { PixelImage } from "../contract/pixels.ts";
import type { RasterFormat } from "../header/raster_headers.ts";
import { decodeBmp } from "./bmp/bmp_decoder.ts";
import { decodeGif } from "./gif/gif_decoder.ts";
import { decodePng } from "./png/png_decoder.ts";
import type { DecodeJpeg } from "./tiff/tiff_jpeg.ts";
import { decodeTiff } from "./tiff/tiff_decoder.ts";
import { decodeWebp } from "./webp/webp_decoder.ts";

/**
 * Decodes the first frame or page.
 *
 * @param decodeJpeg For a TIFF's strips that are JPEGs.
 * @throws {Refusal} `invalid_image` when the file cannot be read, `unsupported_image` for kinds that are not.
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
  png: decodePng,
  webp: decodeWebp,
  gif: decodeGif,
  bmp: decodeBmp,
  tiff: decodeTiff,
};
