/** Sizes of images, for clients that are told them. */
import { judgeImage } from "../../../preprocess/header/image_header.ts";

/** Whether an image is too large, others decide. */
const UNLIMITED = {
  bytesMax: Infinity,
  pixelsMax: Infinity,
  scansMax: Infinity,
  decodeMsMax: Infinity,
  decodeBytesMax: Infinity,
} as const;

/** Columns and rows. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of an image as its file has it, which is Pillow's `size` and not that of the picture turned upright; `undefined`
 * where the head cannot be read, which those who decode it refuse.
 */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  try {
    const { width, height } = judgeImage(bytes, UNLIMITED);
    return { width, height };
  } catch {
    return undefined;
  }
}
