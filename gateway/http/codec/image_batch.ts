/** Bodies of many images, each behind its length: see `IMAGE_BATCH_TYPE`. */
import type { EmbedRequestLimits } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { IMAGE_LENGTH_BYTES } from "../../contract/image_batch.ts";
import { assertImageCount, tooManyImages } from "./image_list.ts";

/**
 * Splits a body into views of its images: nothing is copied, so this takes the same time for bodies of any length. How
 * long an image may be is for who judges it to say, an empty one included, as it is one image's fault.
 *
 * @throws {GatewayError} `invalid_body` where there is no image, or the body ends within one; `too_many_images` as soon as
 * there is one too many.
 */
export function splitImages(
  body: Uint8Array<ArrayBuffer>,
  limits: EmbedRequestLimits,
): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const images: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; offset < body.length;) {
    if (images.length === limits.imagesMax) throw tooManyImages(limits);
    const start = offset + IMAGE_LENGTH_BYTES;
    if (start > body.length) throw cutShort(images.length, "its length, u32 little-endian");
    const end = start + view.getUint32(offset, true);
    if (end > body.length) throw cutShort(images.length, "as many bytes as its length says");
    images.push(body.subarray(start, end));
    offset = end;
  }
  assertImageCount(images.length, limits);
  return images;
}

function cutShort(index: number, what: string): GatewayError {
  return new GatewayError(
    "invalid_body",
    `Cannot read body as image ${index} of it must have ${what}: the body ends before`,
  );
}
