/** GIF89a files that grow. */
import { type Bomb, type BombRequest, join, repeat, SIDE, text } from "./bomb.ts";

/** LZW of pixels of level 0 (GIF89a, appendix F): each code stands for one pixel more than the one before. */
function lzwZeros(pixels: number): Uint8Array<ArrayBuffer> {
  const [clear, end, first] = [4, 5, 6];
  const bytes: number[] = [];
  let [held, count, width, next] = [0, 0, 3, first];
  const put = (code: number) => {
    held |= code << count;
    for (count += width; count >= 8; count -= 8) {
      bytes.push(held & 0xff);
      held >>>= 8;
    }
  };
  const codeOf = (run: number) => run === 1 ? 0 : first + run - 2;
  put(clear);
  put(codeOf(1));
  for (let left = pixels - 1; left > 0;) {
    const run = Math.min(left, next - first + 2);
    put(codeOf(run));
    left -= run;
    next++;
    if (next === 2 ** width && width < 12) width++;
    if (next < 4095 || left === 0) continue;
    put(clear);
    [width, next] = [3, first];
    put(codeOf(1));
    left--;
  }
  put(end);
  if (count > 0) bytes.push(held & 0xff);
  const blocks: number[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const block = bytes.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return Uint8Array.from([2, ...blocks, 0]);
}

function gif(screen: number, frames: Uint8Array): BombRequest {
  const size = [screen & 0xff, screen >> 8];
  // A table of four colours.
  const head = [...text("GIF89a"), ...size, ...size, 0x91, 0, 0, ...Array<number>(12).fill(90)];
  return { contentType: "image/gif", body: join(head, frames, [0x3b]) };
}

function gifFrame(side: number): Uint8Array<ArrayBuffer> {
  const size = [side & 0xff, side >> 8];
  return join([0x2c, 0, 0, 0, 0, ...size, ...size, 0], lzwZeros(side * side));
}

/** All of this kind. */
export const GIF_BOMBS: readonly Bomb[] = [
  {
    name: "gif_25_megapixel",
    about: "a GIF of 20 kB: 25 Mpixel of one colour",
    statuses: [200, 413, 422],
    make: () => gif(SIDE, gifFrame(SIDE)),
  },
  {
    name: "gif_frames",
    about: "a GIF of 100,000 frames of a pixel on a screen of 25 Mpixel",
    statuses: [200, 413, 422],
    make: () => gif(SIDE, repeat(gifFrame(1), 100_000)),
  },
];
