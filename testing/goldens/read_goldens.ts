/** The goldens as tests read them: one entry a file, and the files' bytes. */
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";
import type { CropSettings } from "../../preprocess/contract/preprocess_spec.ts";

const FOLDER = new URL("./", import.meta.url);

/** What Pillow makes of one file; the fields are described in `README.md`. */
export interface GoldenEntry {
  /** Path below this folder. */
  readonly name: string;
  readonly width?: number;
  readonly height?: number;
  readonly mode?: string;
  readonly coding?: string;
  readonly pixels?: string;
  readonly rgb?: string;
  readonly u8?: string;
  readonly f32?: string;
  readonly u8_pillow12?: string;
  readonly scaled?: string;
  readonly u8_draft?: string;
  readonly u8_exif?: string;
  readonly error?: string;
}

/** Every entry, in the order of the file. */
export function readGoldens(): GoldenEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL("goldens.json", FOLDER)));
}

/** The bytes of an entry's file. */
export function readGoldenFile(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(name, FOLDER));
}

/** Files that are cut short, padded or put together otherwise, and what Pillow makes of them. */
export interface CutEntry {
  /** Of the file that they are made from. */
  readonly name: string;
  /** By how they are made; see `README.md`. The start of the pixels' SHA-256, or why Pillow refuses them. */
  readonly recipes: Readonly<Record<string, string>>;
}

/** Every file's, in the order of the file. */
export function readCuts(): CutEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL("cuts.json", FOLDER)));
}

/** Makes a file from another one: parts that are `from-to`, or bytes in hex `*` how often. */
export function makeCut(bytes: Uint8Array, recipe: string): Uint8Array<ArrayBuffer> {
  const parts = recipe.split(" ").map((part) => {
    const [from, to, unit = "", count = 0] =
      /^(?:(\d+)-(\d+)|(\w+)\*(\d+))$/.exec(part)?.slice(1) ??
        [];
    return from === undefined
      ? Uint8Array.fromHex(unit.repeat(Number(count)))
      : bytes.subarray(Number(from), Number(to));
  });
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    made.set(part, offset);
    offset += part.length;
  }
  return made;
}

/** Metadata of a picture, and how Pillow would turn it. */
export interface OrientationEntry {
  /** What the EXIF segments of a JPEG have behind "Exif\0\0", in hex. */
  readonly exif: readonly string[];
  readonly xmp?: string;
  readonly orientation: number;
}

/** Every kind of EXIF and XMP that `make_orientations.py` makes. */
export function readOrientations(): OrientationEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL("orientations.json", FOLDER)));
}

/** The crop that Pillow makes of a file by some settings of open_clip's. */
export interface TransformEntry extends Omit<Required<CropSettings>, "pillow" | "fill_color"> {
  /** Of the file, as a golden entry has it. */
  readonly name: string;
  readonly fill_color?: number;
  readonly decode?: ImageOptions["decode"];
  readonly u8: string;
}

/** Every one that `make_transforms.py` makes. */
export function readTransforms(): TransformEntry[] {
  return JSON.parse(Deno.readTextFileSync(new URL("transforms.json", FOLDER)));
}
