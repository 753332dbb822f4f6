/**
 * A body of many images without base64 and without a form: of each image its length, u32 little-endian, and its bytes,
 * one behind the other, with nothing before, between and behind them.
 */

/** What such a body is called. */
export const IMAGE_BATCH_TYPE = "application/x-image-batch";

/** Bytes of a length. */
export const IMAGE_LENGTH_BYTES = 4;

/** Puts images into a body. */
export function joinImages(images: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const total = images.reduce((sum, { length }) => sum + IMAGE_LENGTH_BYTES + length, 0);
  const body = new Uint8Array(total);
  const view = new DataView(body.buffer);
  let offset = 0;
  for (const image of images) {
    view.setUint32(offset, image.length, true);
    body.set(image, offset + IMAGE_LENGTH_BYTES);
    offset += IMAGE_LENGTH_BYTES + image.length;
  }
  return body;
}
