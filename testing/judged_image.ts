import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { type ImageCost, imageCost } from "../preprocess/header/image_cost.ts";
import { type JudgedImage, judgeImage } from "../preprocess/header/image_header.ts";

/** A file with its header and price, as it goes on from where it was judged. */
export function judged(
  bytes: Uint8Array<ArrayBuffer>,
): JudgedImage & { readonly cost: ImageCost } {
  const image = { bytes, header: judgeImage(bytes, DEFAULT_LIMITS) };
  return { ...image, cost: imageCost(image) };
}
