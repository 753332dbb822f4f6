/** GIF to the pixels of its first frame, as Pillow makes them: indices or grays, on a canvas of one index. */
import type { PixelImage } from "../../contract/pixels.ts";
import { Refusal } from "../../contract/refusal.ts";
import { readGifHead } from "../../header/gif_header.ts";
import { unpackGifCodes } from "./gif_codes.ts";

const PALETTE_COLOURS = 256;

/**
 * Decodes the first frame.
 *
 * @throws {RangeError} as `readGifHead()`.
 * @throws {Refusal} as `readGifHead()`, and `unsupported_image` for a frame of two palettes, which Pillow cannot resize.
 * @throws {Error} when the frame is damaged in a way that Pillow refuses.
 */
export function decodeGif(bytes: Uint8Array): PixelImage {
  const head = readGifHead(bytes);
  const { width, height, frame, palette } = head;
  if (head.hasTwoPalettes) {
    throw new Refusal(
      "unsupported_image",
      "Cannot decode image: GIFs whose frame has a palette of grays beside one of colours are not supported",
    );
  }
  if (frame.width === 0 || frame.height === 0) throw new Error("Cannot read frame: it is empty");
  const data = new Uint8Array(width * height).fill(head.surround);
  unpackGifCodes(bytes, head, data);
  if (palette === undefined) return { width, height, mode: "L", data };
  const colours = new Uint8Array(PALETTE_COLOURS * 3);
  colours.set(palette.subarray(0, colours.length));
  return { width, height, mode: "P", palette: colours, data };
}
