/** Photos that stand for numbers: what each becomes can be told from its last byte. */
import assert from "node:assert/strict";
import { GatewayError } from "../gateway/contract/errors.ts";
import type { PreprocessJob, PreprocessResult } from "../gateway/work/slot_preprocessor.ts";
import { FAKE_DIM } from "./fake_engine.ts";
import { testFile } from "./harness.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");

/** What a photo of level 0 is refused with. */
export const DAMAGED = new GatewayError("invalid_image", "Cannot decode image: it is damaged");

/** A photo that `decodeLevel()` makes an embedding of the given level from; one of level 0 is damaged. */
export function photo(level: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PHOTO.length + 1);
  bytes.set(PHOTO);
  bytes[PHOTO.length] = level;
  return bytes;
}

/** The embedding of a level. */
export const row = (level: number): number[] => Array<number>(FAKE_DIM).fill(level);

/** Decodes a photo by writing its last byte into its slot. */
export function decodeLevel({ bytes, address }: PreprocessJob): PreprocessResult {
  const level = bytes.at(-1) as number;
  if (level === 0) throw DAMAGED;
  assert.equal(address.kind, "memory");
  if (address.kind === "memory") {
    new Float32Array(address.buffer, address.byteOffset, FAKE_DIM).fill(level);
  }
  return { width: 190, height: 121, format: "jpeg", decodeMs: 1, resizeMs: 2, writeMs: 3 };
}
