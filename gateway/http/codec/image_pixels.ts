/** How many pixels a request's images have, for replies that say so. */
import { judgeImage } from "../../../preprocess/header/image_header.ts";
import type { AskedInput } from "../../contract/embed_request.ts";

/** None of them: what is too large is refused elsewhere. */
const NO_LIMITS = {
  bytesMax: Infinity,
  pixelsMax: Infinity,
  scansMax: Infinity,
  decodeMsMax: Infinity,
  decodeBytesMax: Infinity,
};

/** Pixels of all images that came along, as their heads say, before any resizing. One that is none will be refused. */
export function countPixels(inputs: readonly AskedInput[]): number {
  return inputs.reduce(
    (sum, input) => sum + (input instanceof Uint8Array ? pixelsOf(input) : 0),
    0,
  );
}

function pixelsOf(bytes: Uint8Array): number {
  try {
    const { width, height } = judgeImage(bytes, NO_LIMITS);
    return width * height;
  } catch {
    return 0;
  }
}
