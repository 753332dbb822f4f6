/** Strips and tiles: how many of them a picture may have, which is bounded before any is read. */
import { limitRefusal } from "../../contract/refusal.ts";

/** Each costs an object, and may take one byte of the file. */
const SEGMENTS_MAX = 16_384;
/** Pixels of strips and tiles: they may reach over the picture, or lie upon each other, by so much. */
const COVERED = { factor: 4, pixels: 1024 * 1024 };

/** Of strips or tiles. */
export interface Coverage {
  readonly count: number;
  /** Pixels of all of them. */
  readonly pixels: number;
}

/** @throws {Refusal} `image_too_large` for more strips or tiles than anybody makes of so many pixels. */
export function assertCoverage({ count, pixels }: Coverage, picturePixels: number): void {
  if (count > SEGMENTS_MAX) {
    throw limitRefusal("image_too_large", {
      quantity: "its strips or tiles",
      limit: SEGMENTS_MAX,
      value: count,
    });
  }
  const limit = COVERED.factor * Math.max(picturePixels, COVERED.pixels);
  if (pixels <= limit) return;
  throw limitRefusal("image_too_large", {
    quantity: "pixels of its strips or tiles",
    limit,
    value: pixels,
  });
}

/** @throws {Refusal} `image_too_large` where strips lie upon each other, so that a small file is much work. */
export function assertPackedBytes(packedBytes: number, fileBytes: number): void {
  const limit = COVERED.factor * fileBytes;
  if (packedBytes <= limit) return;
  throw limitRefusal("image_too_large", {
    quantity: "bytes of its strips or tiles",
    limit,
    value: packedBytes,
  });
}

/** The error for a strip that ends too early. */
export function stripEndsEarly(): Error {
  return new Error("Cannot unpack all of a strip");
}
