import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { type JudgedImage, judgeImage } from "../preprocess/header/image_header.ts";

/** A file with its header, as it goes on from where it was judged. */
export function judged(bytes: Uint8Array<ArrayBuffer>): JudgedImage {
  return { bytes, header: judgeImage(bytes, DEFAULT_LIMITS) };
}
