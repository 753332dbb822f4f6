/** In place of what Node has and browsers have not: PNGs are sent as they are from there. */
import { Refusal } from "../../preprocess/contract/refusal.ts";

function none() {
  throw new Refusal("unsupported_image", "Cannot decode image outside of Node and Deno");
}

/** Of `node:zlib` and `node:crypto`. */
export const [createInflate, inflateSync, crc32, createHash] = [none, none, none, none];
/** Of `node:zlib`. */
export const constants = {};
