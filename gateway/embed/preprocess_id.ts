/** A fingerprint of everything that changes an embedding. */
import { createHash } from "node:crypto";
import type { PreprocessSpec } from "../../preprocess/contract/preprocess_spec.ts";
import { imageOptionsName } from "../contract/options.ts";
import type { ImageOptions } from "../../preprocess/contract/image_options.ts";

/** What the fingerprint covers. */
export interface PreprocessIdentity extends ImageOptions {
  readonly modelDigest: string;
  /** Name and version of the JPEG decoder. */
  readonly jpegDecoder: string;
  readonly preprocess: PreprocessSpec;
  readonly inputDatatype: string;
  /** Pixels that fast decoding leaves of the shorter side, at least. */
  readonly fastSideMin: number;
}

/**
 * Raised by hand whenever this code starts to give other bytes for the same settings. 2: PNG, GIF, TIFF and turned photos
 * as Pillow has them.
 */
const REVISION = 2;

/** 16 hex digits behind `p2-`; equal ids mean equal embeddings of equal files, up to the runtime's rounding. */
export function preprocessId(identity: PreprocessIdentity): string {
  const { modelDigest, jpegDecoder, preprocess, inputDatatype, orient, decode } = identity;
  const { size, mean, std, interpolation, resize_mode, fill_color = 0, pillow } = preprocess;
  const canonical = JSON.stringify([
    REVISION,
    modelDigest,
    jpegDecoder,
    [
      ...[size, mean, std, interpolation, resize_mode, pillow],
      // Nothing else has margins.
      ...(resize_mode === "longest" ? [fill_color] : []),
    ],
    inputDatatype,
    orient,
    // Exact ids are older than the choice, and stay.
    ...(decode === "exact" ? [] : [decode, identity.fastSideMin]),
  ]);
  return `p${REVISION}-${createHash("sha256").update(canonical).digest("hex").slice(0, 16)}`;
}

/** What of a fingerprint an engine says; an engine that has not changed gives the same object. */
type OfEngine = Pick<PreprocessIdentity, "modelDigest" | "inputDatatype">;

/**
 * Fingerprints by a request's options; each is computed once, since every reply carries one.
 *
 * @param rest What neither options nor engine say.
 */
export function rememberedPreprocessIds(
  engine: () => OfEngine,
  rest: Omit<PreprocessIdentity, keyof OfEngine | keyof ImageOptions>,
): (options: ImageOptions) => string {
  const known = new Map<string, string>();
  // Nearly all requests have the same options, as one object.
  let last:
    | { readonly options: ImageOptions; readonly model: OfEngine; readonly id: string }
    | undefined;
  return (options) => {
    const model = engine();
    if (last?.options === options && last.model === model) return last.id;
    const { modelDigest, inputDatatype } = model;
    const key = `${imageOptionsName(options)} ${inputDatatype} ${modelDigest}`;
    const id = known.get(key) ?? preprocessId({ ...rest, modelDigest, inputDatatype, ...options });
    known.set(key, id);
    last = { options, model, id };
    return id;
  };
}
