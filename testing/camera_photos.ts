/** Photos of the sizes that cameras make, out of small ones. */
import { JpegEncoder, type RgbImage } from "./jpeg_encoder.ts";
import { mosaic, seededRandom } from "./mosaic.ts";
import { readOriginals } from "./photo_set.ts";

/** What stands for a camera's detail. */
type PhotoKind =
  /** Many small photos beside each other: sharp to the pixel. */
  | "mosaic"
  /** One photo enlarged, with a sensor's grain: soft, as large originals are when looked at closely. */
  | "enlarged";

/** Which photos to make. */
export interface CameraPhotoOptions {
  readonly kind: PhotoKind;
  readonly width: number;
  readonly height: number;
  /** 1 to 100, on libjpeg's scale. */
  readonly quality: number;
  readonly count: number;
}

/** Levels up and down, evenly spread: makes an enlargement to 12 megapixels weigh the 2 MB of a phone's photo. */
const GRAIN_LEVELS = 8;

/** Makes different photos, the same ones in every run. */
export async function cameraPhotos(
  { kind, width, height, quality, count }: CameraPhotoOptions,
): Promise<Uint8Array<ArrayBuffer>[]> {
  using encoder = new JpegEncoder();
  const originals = await readOriginals();
  const random = seededRandom(width + height);
  return Array.from({ length: count }, (_, index) => {
    const original = originals[index % originals.length] as RgbImage;
    const image = kind === "mosaic"
      ? mosaic(originals, { width, height }, random)
      : withGrain(enlarge(original, width, height), random);
    return encoder.encode(image, quality);
  });
}

/** Bilinear, and stretched where the sides' ratio is another. */
function enlarge(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  const columns = axis(image.width, width);
  let out = 0;
  for (const { from, to, part } of axis(image.height, height)) {
    const above = from * image.width * 3;
    const below = to * image.width * 3;
    for (const column of columns) {
      for (let channel = 0; channel < 3; channel++) {
        const left = column.from * 3 + channel;
        const right = column.to * 3 + channel;
        const at = (line: number, x: number) => image.data[line + x] as number;
        const upper = at(above, left) + (at(above, right) - at(above, left)) * column.part;
        const lower = at(below, left) + (at(below, right) - at(below, left)) * column.part;
        data[out++] = upper + (lower - upper) * part + 0.5;
      }
    }
  }
  return { width, height, data };
}

/** The two source samples of each sample, and how much of the second. */
function axis(inSize: number, outSize: number): { from: number; to: number; part: number }[] {
  return Array.from({ length: outSize }, (_, index) => {
    const place = Math.max(0, ((index + 0.5) * inSize) / outSize - 0.5);
    const from = Math.min(Math.floor(place), inSize - 1);
    return { from, to: Math.min(from + 1, inSize - 1), part: place - from };
  });
}

/** The same grain in all three channels, as brightness has most of it. */
function withGrain({ width, height, data }: RgbImage, random: () => number): RgbImage {
  const grainy = new Uint8ClampedArray(data);
  for (let pixel = 0; pixel < grainy.length; pixel += 3) {
    const grain = (random() * 2 - 1) * GRAIN_LEVELS;
    for (let channel = pixel; channel < pixel + 3; channel++) {
      grainy[channel] = (data[channel] as number) + grain;
    }
  }
  return { width, height, data: new Uint8Array(grainy.buffer) };
}
