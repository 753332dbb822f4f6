/** Measures photos whose quality is not known yet. */
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { Refusal } from "../../preprocess/contract/refusal.ts";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import type { Library } from "../library/library.ts";
import type { Photo } from "../library/photo_table.ts";
import type { Quality } from "../library/quality_table.ts";
import { OWN_PHOTO_LIMITS } from "../scan/read_photo.ts";
import { photoQuality } from "./photo_quality.ts";

/** The square in a photo's middle, in pixels: small enough to be quick, and large enough for a shaken camera to show. */
const SIDE = 512;
const SPEC: PreprocessSpec = {
  size: SIDE,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  interpolation: "bicubic",
  resize_mode: "shortest",
  pillow: 13,
};
const LIMITS = { ...OWN_PHOTO_LIMITS, decodeMsMax: 10_000 };

/** What is told meanwhile. */
export interface MeasureOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Tells the quality of photos, and decodes those of which it is not known, once and for all.
 *
 * @returns By digest, in hex; without what is not decodable, or not there any more.
 * @throws the signal's reason; what was measured is kept.
 */
export async function qualitiesOf(
  library: Library,
  photos: readonly Photo[],
  { signal, onProgress }: MeasureOptions = {},
): Promise<ReadonlyMap<string, Quality>> {
  const byDigest = new Map(photos.map((photo) => [photo.digest.toHex(), photo]));
  const qualities = new Map<string, Quality>();
  const missing: Photo[] = [];
  for (const [key, photo] of byDigest) {
    const quality = library.qualities.of(photo.digest);
    if (quality === null) missing.push(photo);
    else if (quality !== undefined) qualities.set(key, quality);
  }
  if (missing.length === 0) return qualities;
  using meter = new QualityMeter();
  for (const [at, photo] of missing.entries()) {
    signal?.throwIfAborted();
    onProgress?.(at, missing.length);
    const bytes = await readAsScanned(library.absolute(photo.path), photo);
    if (bytes === undefined) continue;
    const quality = await meter.measure(bytes);
    library.qualities.put(photo.digest, quality);
    if (quality !== undefined) qualities.set(photo.digest.toHex(), quality);
  }
  return qualities;
}

/** A file that is as it was when it was scanned; what else it may be, the next scan will tell. */
async function readAsScanned(
  path: string,
  { bytes, mtimeMs }: Photo,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const { size, mtime } = await Deno.stat(path);
    const isSame = size === bytes && Math.floor(mtime?.getTime() ?? 0) === Math.floor(mtimeMs);
    return isSame && size <= LIMITS.bytesMax ? await Deno.readFile(path) : undefined;
  } catch {
    return undefined;
  }
}

/** Decodes and measures, one photo at a time. */
class QualityMeter implements Disposable {
  readonly #preprocessor = new Preprocessor(preprocessorSettings({
    preprocess: SPEC,
    turboJpegPath: chooseJpegDecoder("auto").path,
    limits: LIMITS,
    fastScaleMin: 1,
  }));

  /** @returns `undefined` of what is not decodable. */
  async measure(bytes: Uint8Array<ArrayBuffer>): Promise<Quality | undefined> {
    try {
      const options = { decode: "fast", orient: "none" } as const;
      const { crop } = await this.#preprocessor.preprocess(bytes, options);
      return photoQuality(crop, SIDE);
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#preprocessor[Symbol.dispose]();
  }
}
