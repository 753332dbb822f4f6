/** PNG and GIF to RGB through imagescript, and JPEG where FFI is not allowed. No byte-exactness promised. */
// The codecs one by one: the package's main module loads a native addon, which these WebAssembly ones do without.
import gif from "imagescript/wasm/node/gif.js";
import jpeg from "imagescript/wasm/node/jpeg.js";
import png from "imagescript/wasm/node/png.js";
import { Refusal } from "../contract/refusal.ts";
import type { AcceptedFormat } from "../header/format.ts";
import type { PixelImage } from "../contract/pixels.ts";
import { decodeTiff } from "./tiff_decoder.ts";

/** Version of the decoder; part of the preprocess id. */
export const IMAGESCRIPT_VERSION = "1.3.1";

/** A codec's picture; bytes are RGBA, for JPEGs what `format` says. */
interface Framebuffer {
  readonly width: number;
  readonly height: number;
  readonly buffer: Uint8Array;
}

interface GifFrame extends Framebuffer {
  readonly x: number;
  readonly y: number;
}

/**
 * Decodes the first frame or page; alpha is dropped, as Pillow's `convert("RGB")` drops it.
 *
 * Every call gets a WebAssembly instance of its own, so that a damaged file can spoil no other's.
 *
 * @throws {Refusal} `invalid_image` when the file cannot be read, `unsupported_image` for some TIFFs.
 */
export async function decodeRaster(bytes: Uint8Array, format: AcceptedFormat): Promise<PixelImage> {
  try {
    return await DECODERS[format](bytes);
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal("invalid_image", "Cannot decode image: the file is damaged", { cause });
  }
}

const DECODERS: Record<AcceptedFormat, (bytes: Uint8Array) => Promise<PixelImage>> = {
  async png(bytes) {
    const { width, height, framebuffer } = (await png.init()).decode(bytes);
    return fromRgba({ width, height, buffer: framebuffer });
  },
  tiff: (bytes) => Promise.resolve(decodeTiff(bytes)),
  async jpeg(bytes) {
    return fromRgba((await jpeg.init()).load(bytes));
  },
  async gif(bytes) {
    const decoder = new (await gif.init()).Decoder(bytes);
    const frame: GifFrame | null = decoder.frame();
    if (frame === null) throw new Error("Cannot find a frame");
    return fromRgba(onCanvas(frame, decoder.width, decoder.height));
  },
};

/** Puts a frame at its place on the GIF's canvas, which is black elsewhere. */
function onCanvas(frame: GifFrame, width: number, height: number): Framebuffer {
  const buffer = new Uint8Array(width * height * 4);
  const rowBytes = Math.min(frame.width, width - frame.x) * 4;
  for (let row = 0; row < Math.min(frame.height, height - frame.y); row++) {
    const source = row * frame.width * 4;
    const target = ((frame.y + row) * width + frame.x) * 4;
    buffer.set(frame.buffer.subarray(source, source + rowBytes), target);
  }
  return { width, height, buffer };
}

function fromRgba({ width, height, buffer }: Framebuffer): PixelImage {
  const data = new Uint8Array(width * height * 3);
  let out = 0;
  for (let pixel = 0; out < data.length; pixel += 4) {
    data[out++] = buffer[pixel] as number;
    data[out++] = buffer[pixel + 1] as number;
    data[out++] = buffer[pixel + 2] as number;
  }
  return { width, height, channels: 3, data };
}
