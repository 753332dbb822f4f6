/** A folder of generated photos, with the groups that are to be found in it. */
import { JpegEncoder, type RgbImage } from "../jpeg_encoder.ts";
import { mosaic, seededRandom } from "../mosaic.ts";
import { readOriginals } from "../photo_set.ts";

/** Photos of one group by their names; one alone is a group of one. */
export type Plan = readonly (readonly string[])[];

const SIZE = { width: 320, height: 240 };
/** Photos of a group, one group after the other: ten on average. */
const GROUP_SIZES: readonly number[] = [1, 4, 10, 15, 20];
const FOLDER_PHOTOS = 500;
/** One in so many is a copy, byte for byte, of the one before it. */
const COPY_EVERY = 20;
/** Colours of the soft field that makes scenes differ, across and down. */
const FIELD = { columns: 5, rows: 4 };

/** Writes so many photos, the same ones for the same seed. */
export async function generatePhotos(folder: string, count: number, seed = 1): Promise<Plan> {
  using encoder = new JpegEncoder();
  const originals = await readOriginals();
  const random = seededRandom(seed);
  const plan: string[][] = [];
  let bytes = new Uint8Array();
  let [left, scene]: [number, RgbImage | undefined] = [0, undefined];
  for (let number = 0; number < count; number++) {
    if (left === 0) {
      left = GROUP_SIZES[plan.length % GROUP_SIZES.length] as number;
      scene = paintScene(originals, random);
      plan.push([]);
    }
    left--;
    const isCopy = number % COPY_EVERY === COPY_EVERY - 1 && plan.at(-1)?.length !== 0;
    if (!isCopy) bytes = encodeAltered(encoder, scene as RgbImage, random);
    const part = String(Math.floor(number / FOLDER_PHOTOS)).padStart(3, "0");
    const name = `${part}/${String(number).padStart(6, "0")}.jpg`;
    if (number % FOLDER_PHOTOS === 0) await Deno.mkdir(`${folder}/${part}`);
    await Deno.writeFile(`${folder}/${name}`, bytes);
    plan.at(-1)?.push(name);
  }
  return plan;
}

/** Real detail under a soft field of random colours. */
function paintScene(originals: readonly RgbImage[], random: () => number): RgbImage {
  const { width, height, data } = mosaic(originals, SIZE, random);
  const { columns, rows } = FIELD;
  const field = Float64Array.from({ length: (columns + 1) * (rows + 1) * 3 }, () => random() * 255);
  let at = 0;
  for (let y = 0; y < height; y++) {
    const down = y / height * rows;
    for (let x = 0; x < width; x++) {
      const across = x / width * columns;
      const corner = (Math.floor(down) * (columns + 1) + Math.floor(across)) * 3;
      const [right, below] = [across % 1, down % 1];
      for (let channel = 0; channel < 3; channel++, at++) {
        const value = (offset: number) => field[corner + offset + channel] as number;
        const next = (columns + 1) * 3;
        const upper = value(0) + (value(3) - value(0)) * right;
        const lower = value(next) + (value(next + 3) - value(next)) * right;
        data[at] = 0.4 * (data[at] as number) + 0.6 * (upper + (lower - upper) * below);
      }
    }
  }
  return { width, height, data };
}

/** A part of at least 96 % along each side, at another brightness and quality. */
function encodeAltered(
  encoder: JpegEncoder,
  scene: RgbImage,
  random: () => number,
): Uint8Array<ArrayBuffer> {
  const part = 0.96 + 0.04 * random();
  const [width, height] = [Math.floor(scene.width * part), Math.floor(scene.height * part)];
  const left = Math.floor(random() * (scene.width - width + 1));
  const top = Math.floor(random() * (scene.height - height + 1));
  const gain = 0.85 + 0.3 * random();
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * scene.width + left) * 3;
    for (let at = 0; at < width * 3; at++) {
      data[row * width * 3 + at] = Math.min(255, (scene.data[from + at] as number) * gain);
    }
  }
  return encoder.encode({ width, height, data }, 30 + Math.floor(random() * 60));
}
