/** The head of a GIF: its canvas and its first frame (GIF89a, sections 18–23), found as Pillow finds them. */
import type { PixelRegion } from "../contract/pixels.ts";
import { Refusal } from "../contract/refusal.ts";
import type { RasterHeader } from "./raster_header.ts";

/** What a GIF says before its first pixel. */
export interface GifHead extends RasterHeader {
  /** Where the first frame belongs; the canvas grows where it reaches beyond. */
  readonly frame: PixelRegion;
  readonly isInterlaced: boolean;
  /** Red, green and blue of each index; `undefined` where that is gray: level by level its own index. */
  readonly palette: Uint8Array | undefined;
  /** Whether the frame has a palette of grays, beside another one of the whole file. */
  readonly hasTwoPalettes: boolean;
  /** The index around the frame: the transparent one, or 0. */
  readonly surround: number;
  /** Bits of a code, less one. */
  readonly codeBits: number;
  /** Where the frame's blocks of codes begin. */
  readonly dataStart: number;
}

const EXTENSION = 0x21;
const IMAGE_DESCRIPTOR = 0x2c;
const TRAILER = 0x3b;
const LABEL = { graphicControl: 0xf9, comment: 0xfe, application: 0xff };
const NETSCAPE = "NETSCAPE2.0";
/** Extensions, their blocks, and bytes between them: each takes some time of the thread that judges. */
const STEPS_MAX = 65_536;
const SCREEN_BYTES = 13;
const DESCRIPTOR_BYTES = 9;

/** @throws {RangeError} when the head ends early. */
export function readGifHeader(bytes: Uint8Array): RasterHeader {
  const { width, height, sampleBytes } = readGifHead(bytes);
  return { width, height, ...sampleBytes !== undefined && { sampleBytes } };
}

/**
 * Reads all that stands before the first frame's codes.
 *
 * @throws {RangeError} when the head ends early.
 * @throws {Refusal} `invalid_image` when there is no frame, `unsupported_image` when too much stands before it.
 */
export function readGifHead(bytes: Uint8Array): GifHead {
  return new GifReader(bytes).head();
}

/** Reads on where the last read ended. */
class GifReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #transparent: number | undefined;
  #steps = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  head(): GifHead {
    const screen = this.#view(SCREEN_BYTES);
    const shared = this.#palette(screen.getUint8(10));
    this.#findFrame();
    const descriptor = this.#view(DESCRIPTOR_BYTES);
    const flags = descriptor.getUint8(8);
    const own = this.#palette(flags);
    const side = (at: number) => descriptor.getUint16(at, true);
    const frame = { x: side(0), y: side(2), width: side(4), height: side(6) };
    const codeBits = this.#view(1).getUint8(0);
    return {
      width: Math.max(screen.getUint16(6, true), frame.x + frame.width),
      height: Math.max(screen.getUint16(8, true), frame.y + frame.height),
      sampleBytes: 1,
      frame,
      isInterlaced: (flags & 0x40) !== 0,
      palette: colours(own) ?? colours(shared),
      hasTwoPalettes: own === "grays" && colours(shared) !== undefined,
      surround: this.#transparent ?? 0,
      codeBits,
      dataStart: this.#offset,
    };
  }

  /** Reads up to a frame's descriptor. */
  #findFrame(): void {
    for (;;) {
      this.#step();
      const byte = this.#bytes[this.#offset++];
      if (byte === undefined) throw new RangeError("Cannot find a frame");
      if (byte === TRAILER) {
        throw new Refusal("invalid_image", "Cannot decode image: the GIF has no frame");
      }
      if (byte === IMAGE_DESCRIPTOR) return;
      if (byte === EXTENSION) this.#skipExtension();
    }
  }

  #skipExtension(): void {
    const label = this.#view(1).getUint8(0);
    const block = this.#block();
    if (label === LABEL.comment) {
      for (let part = block; part !== undefined && part.length > 0;) part = this.#block();
      return;
    }
    if (label === LABEL.graphicControl && block !== undefined) this.#readControl(block);
    const isLoop = label === LABEL.application && block !== undefined &&
      String.fromCharCode(...block.subarray(0, NETSCAPE.length)) === NETSCAPE;
    if (isLoop) this.#block();
    // Behind a first block of nothing Pillow still looks for another one's end.
    for (let part = this.#block(); part !== undefined && part.length > 0;) part = this.#block();
  }

  #readControl(block: Uint8Array): void {
    const hasTransparency = ((block[0] ?? 0) & 1) === 1;
    if (block.length < (hasTransparency ? 4 : 3)) {
      throw new RangeError("Cannot read control extension: it is too short");
    }
    if (hasTransparency) this.#transparent = block[3];
  }

  /** The bytes of a sub-block; `undefined` where it has none. */
  #block(): Uint8Array | undefined {
    this.#step();
    const length = this.#bytes[this.#offset++];
    if (length === undefined || length === 0) return undefined;
    const block = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += length;
    return block;
  }

  #step(): void {
    if (++this.#steps <= STEPS_MAX) return;
    throw new Refusal(
      "unsupported_image",
      "Cannot decode image: GIFs with so many blocks before their first frame are not supported",
    );
  }

  #palette(flags: number): Uint8Array | "grays" | "none" {
    if ((flags & 0x80) === 0) return "none";
    const length = 3 * (2 << (flags & 7));
    const palette = this.#bytes.subarray(this.#offset, this.#offset + length);
    this.#offset += palette.length;
    return isRamp(palette) ? "grays" : palette;
  }

  #view(length: number): DataView {
    const { buffer, byteOffset } = this.#bytes;
    if (this.#offset + length > this.#bytes.length) throw new RangeError("Cannot read on");
    const view = new DataView(buffer, byteOffset + this.#offset, length);
    this.#offset += length;
    return view;
  }
}

function colours(palette: Uint8Array | "grays" | "none"): Uint8Array | undefined {
  return typeof palette === "string" ? undefined : palette;
}

/** Whether each colour is the gray of its own index. */
function isRamp(palette: Uint8Array): boolean {
  return palette.every((level, at) => level === Math.floor(at / 3));
}
