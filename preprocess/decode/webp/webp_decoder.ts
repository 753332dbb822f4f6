/** WebP to the pixels that Pillow has of it: a still picture, or the first frame of an animation on its canvas. */
import type { PixelImage } from "../../contract/pixels.ts";
import { CHUNK_HEADER_BYTES } from "../../header/riff_file.ts";
import {
  readWebpContainer,
  type WebpContainer,
  type WebpFrame,
} from "../../header/webp_container.ts";
import { dropAlpha } from "../../resize/alpha.ts";
import { hasOrderlyPartitions } from "./vp8_partitions.ts";
import { decodeWebpPixels } from "./webp_codec.ts";

/**
 * Decodes the first picture.
 *
 * @returns RGBA where the file says that pixels may be transparent, else RGB.
 * @throws {Error} when the file is damaged.
 */
export function decodeWebp(bytes: Uint8Array): PixelImage {
  const container = readWebpContainer(bytes);
  const { frame, width, height } = container;
  assertOrderly(bytes, frame);
  const pixels = decodeWebpPixels(pictureBytes(bytes, frame));
  if (pixels?.width !== frame.width || pixels.height !== frame.height) {
    throw new Error("Cannot decode WebP: the codec gave up");
  }
  const rgba = onCanvas(pixels.rgba, container);
  if (container.hasAlpha) return { width, height, mode: "RGBA", data: rgba };
  // In place: red, green and blue never lie behind where they lay with alpha.
  const data = rgba.subarray(0, width * height * 3);
  dropAlpha(rgba, data);
  return { width, height, mode: "RGB", data };
}

function assertOrderly(bytes: Uint8Array, { image }: WebpFrame): void {
  const { name, offset, length } = image;
  if (name !== "VP8 " || hasOrderlyPartitions(bytes.subarray(offset, offset + length))) return;
  throw new Error("Cannot decode WebP: a partition begins as no encoder has it");
}

/** From the header of its first chunk on; alpha is followed by its image. */
function pictureBytes(bytes: Uint8Array, { alpha, image }: WebpFrame): Uint8Array {
  const start = (alpha ?? image).offset - CHUNK_HEADER_BYTES;
  return bytes.subarray(start, image.offset + image.length);
}

/** Puts a frame at its place on the canvas, which is transparent black elsewhere. */
function onCanvas(rgba: Uint8Array, { width, height, frame }: WebpContainer): Uint8Array {
  if (frame.width === width && frame.height === height) return rgba;
  const canvas = new Uint8Array(width * height * 4);
  for (let row = 0; row < frame.height; row++) {
    const source = rgba.subarray(row * frame.width * 4, (row + 1) * frame.width * 4);
    canvas.set(source, ((frame.y + row) * width + frame.x) * 4);
  }
  return canvas;
}
