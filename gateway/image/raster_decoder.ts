/** PNG, GIF and TIFF to RGB through imagescript, and JPEG where FFI is not allowed. No byte-exactness promised. */
import { decode, GIF } from "imagescript";
import { GatewayError } from "../errors.ts";
import type { PixelImage } from "./pixels.ts";

/** Version of the decoder; part of the preprocess id. */
export const IMAGESCRIPT_VERSION = "1.3.1";

const ONLY_FIRST_FRAME = true;

/**
 * Decodes the first frame or page; alpha is dropped, as Pillow's `convert("RGB")` drops it.
 *
 * @throws {GatewayError} `invalid_image` when imagescript cannot read the file.
 */
export async function decodeRaster(bytes: Uint8Array): Promise<PixelImage> {
  let frame: { width: number; height: number; bitmap: Uint8ClampedArray } | undefined;
  try {
    const decoded = await decode(bytes, ONLY_FIRST_FRAME);
    frame = decoded instanceof GIF ? decoded[0] : decoded;
  } catch (cause) {
    throw new GatewayError("invalid_image", "Cannot decode image: the file is damaged", { cause });
  }
  if (frame === undefined) {
    throw new GatewayError("invalid_image", "Cannot decode image: the file holds no frame");
  }
  return { width: frame.width, height: frame.height, channels: 3, data: dropAlpha(frame.bitmap) };
}

function dropAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  let out = 0;
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    rgb[out++] = rgba[pixel] as number;
    rgb[out++] = rgba[pixel + 1] as number;
    rgb[out++] = rgba[pixel + 2] as number;
  }
  return rgb;
}
