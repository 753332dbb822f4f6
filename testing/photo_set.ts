/** The photos that a load sends: all different, the same ones in every run. */
import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { judgeImage } from "../preprocess/header/image_header.ts";
import { createNormalizer } from "../preprocess/resize/normalize.ts";
import type { PixelImage } from "../preprocess/contract/pixels.ts";
import { rgbCrop } from "../preprocess/resize/rgb_crop.ts";
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";
import { TurboJpegDecoder } from "../preprocess/decode/jpeg/turbojpeg.ts";
import type { PreprocessSpec } from "../preprocess/contract/preprocess_spec.ts";
import { JpegEncoder, type RgbImage } from "./jpeg_encoder.ts";
import { cutSquare, mosaic, seededRandom } from "./mosaic.ts";

/** Sizes of photos, as thumbnails, web pictures and phone cameras have them. */
const PHOTO_SIZES = {
  /** What a client that knows the model would send: its input size, some 10 KB. */
  "224": { width: 224, height: 224, quality: 85, count: 256 },
  "640": { width: 640, height: 480, quality: 85, count: 256 },
  /** Fewer, as each is some 2 MB. */
  "4000": { width: 4000, height: 3000, quality: 85, count: 32 },
} as const;

/** Name of a size. */
export type PhotoSize = keyof typeof PHOTO_SIZES;

/** All of them, smallest first. */
export const PHOTO_SIZE_NAMES = Object.keys(PHOTO_SIZES) as readonly PhotoSize[];

/** One photo, and what a client would have to send in its place without a gateway. */
export interface Photo {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** f32 [3, 224, 224] (NCHW), normalised. */
  readonly tensor: Float32Array<ArrayBuffer>;
}

/** What to make. */
export interface PhotoSetOptions {
  readonly size: PhotoSize;
  /** Whether tensors are needed too: 602 KB a photo. */
  readonly withTensors: boolean;
  readonly preprocess: PreprocessSpec;
  /** Fewer than the size has, for tests. */
  readonly count?: number;
}

const ORIGINALS = new URL("./photos/", import.meta.url);
const NO_TENSOR = new Float32Array(0);

/** Makes the photos of a size; a second or two. */
export async function createPhotos(options: PhotoSetOptions): Promise<Photo[]> {
  const { width, height, quality, count } = { ...PHOTO_SIZES[options.size], ...options };
  using decoder = createDecoder();
  using encoder = new JpegEncoder();
  const originals = await readOriginals();
  const toTensor = createTensorMaker(decoder, options.preprocess);
  const random = seededRandom(width);
  return Array.from({ length: count }, (_, index) => {
    const image = width === height
      ? thumbnail(originals[index % originals.length] as RgbImage, width, random)
      : mosaic(originals, { width, height }, random);
    const jpeg = encoder.encode(image, quality);
    return { jpeg, tensor: options.withTensors ? toTensor(jpeg) : NO_TENSOR };
  });
}

/** The middle of a random part of an original, made small as a photo app makes thumbnails. */
function thumbnail(original: RgbImage, size: number, random: () => number): RgbImage {
  const sideMax = Math.min(original.width, original.height);
  const side = Math.floor(sideMax * (0.6 + 0.4 * random()));
  const part = cutSquare(original, Math.max(side, Math.min(size, sideMax)), random);
  const data = rgbCrop({ ...part, mode: "RGB" }, { size, pillow: 13 });
  return { width: size, height: size, data: new Uint8Array(data) };
}

/** A decoder for files we trust, and the judge of their headers. */
interface Decoder extends Disposable {
  decode(bytes: Uint8Array<ArrayBuffer>): PixelImage;
}

function createDecoder(): Decoder {
  const { path } = findTurboJpeg();
  if (path === undefined) throw new Error("Cannot make photos without libturbojpeg");
  const limits = { ...DEFAULT_LIMITS, bytesMax: 2 ** 24, pixelsMax: 25e6, scansMax: 100 };
  const decoder = new TurboJpegDecoder(path, limits);
  return {
    decode: (bytes) => {
      const { jpeg } = judgeImage(bytes, limits);
      if (jpeg === undefined) throw new TypeError("Cannot use a photo that is no JPEG");
      return decoder.decode(bytes, jpeg);
    },
    [Symbol.dispose]: () => decoder[Symbol.dispose](),
  };
}

/** What a client without a gateway does with every photo: decode, resize, crop and normalise it itself. */
function createTensorMaker(
  decoder: Decoder,
  preprocess: PreprocessSpec,
): (jpeg: Uint8Array<ArrayBuffer>) => Float32Array<ArrayBuffer> {
  const normalize = createNormalizer(preprocess);
  return (jpeg) => {
    const crop = rgbCrop(decoder.decode(jpeg), preprocess);
    const tensor = new Float32Array(crop.length);
    normalize(crop, tensor);
    return tensor;
  };
}

/** The sample photos that are no copies of others; gray ones are left out. */
export async function readOriginals(): Promise<RgbImage[]> {
  using decoder = createDecoder();
  const names: string[] = [];
  for await (const { name } of Deno.readDir(ORIGINALS)) {
    if (/^[a-z]+\.jpg$/.test(name)) names.push(name);
  }
  const images: RgbImage[] = [];
  for (const name of names.sort()) {
    const bytes = await Deno.readFile(new URL(name, ORIGINALS));
    const { width, height, mode, data } = decoder.decode(bytes);
    // The decoder's next call overwrites its pixels.
    if (mode === "RGB") images.push({ width, height, data: new Uint8Array(data) });
  }
  return images;
}
