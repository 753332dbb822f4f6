import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { imageCost } from "../preprocess/header/image_cost.ts";
import { type JudgedImage, judgeImage } from "../preprocess/header/image_header.ts";

/** A file with its header and what decoding it may hold, as it goes on from where it was judged. */
export function judged(
  bytes: Uint8Array<ArrayBuffer>,
): JudgedImage & { readonly memoryBytes: number } {
  const image = { bytes, header: judgeImage(bytes, DEFAULT_LIMITS) };
  return { ...image, memoryBytes: imageCost(image).bytes };
}
