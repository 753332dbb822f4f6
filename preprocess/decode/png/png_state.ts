/** What Pillow asks of the chunks of a PNG, those included that no pixel depends on (`PngImagePlugin.py`, PngStream). */
import type { PixelRegion } from "../../contract/pixels.ts";
import { type PngChunk, type PngFields, readPngFields } from "../../header/png_chunks.ts";
import { PngTexts } from "./png_text.ts";
import { type PngKind, pngKind } from "./png_kinds.ts";

/** Of chunks that are only asked to be as long as this. */
const BYTES_MIN: Readonly<Record<string, number>> = { gAMA: 4, cHRM: 32, sRGB: 1, pHYs: 9 };
/** A number of frames above it is none. */
const FRAMES_MAX = 0x8000_0000;
const DEFLATE = 0;

/** What the chunks so far said. */
export class PngState {
  fields: PngFields | undefined;
  kind: PngKind | undefined;
  /** Once true, another IHDR does not change it. */
  isInterlaced = false;
  /** Red, green and blue of each index, as long as the file has it. */
  palette: Uint8Array | undefined;
  /** Where the next pixels belong; all of the picture unless an animation's frame says otherwise. */
  frame: PixelRegion | undefined;
  frames: number | undefined;
  #sequence: number | undefined;
  readonly #texts = new PngTexts();

  /**
   * Takes in a chunk that holds no pixels.
   *
   * @param data As long as the chunk says.
   * @throws {Error} for what Pillow refuses.
   */
  take({ type }: PngChunk, data: Uint8Array): void {
    const bytesMin = BYTES_MIN[type];
    if (bytesMin !== undefined) assertLength(data, bytesMin);
    this.#readers[type]?.(data);
  }

  /**
   * Takes in the number that stands before a frame's pixels.
   *
   * @throws {Error} when it is not the one after the last.
   */
  takeSequence(sequence: number): void {
    if (this.#sequence === undefined || sequence !== this.#sequence + 1) throw unordered();
    this.#sequence = sequence;
  }

  /** The place of the pixels that come next. */
  region(): PixelRegion {
    const { width, height } = this.fields ?? { width: 0, height: 0 };
    const region = this.#within(this.frame ?? { x: 0, y: 0, width, height });
    if (region.width === 0 || region.height === 0) {
      throw new Error("Cannot read frame: it is empty");
    }
    return region;
  }

  #within(region: PixelRegion): PixelRegion {
    const { width, height } = this.fields ?? { width: 0, height: 0 };
    if (region.x + region.width <= width && region.y + region.height <= height) return region;
    throw new Error("Cannot read frame: it reaches beyond the picture");
  }

  readonly #readers: Readonly<Record<string, (data: Uint8Array) => void>> = {
    IHDR: (data) => {
      const fields = readPngFields(data, { type: "IHDR", start: 0, length: data.length });
      if (fields.filterMethod !== 0) throw new Error("Cannot read PNG: its filters are unknown");
      this.fields = fields;
      this.kind = pngKind(fields) ?? this.kind;
      this.isInterlaced ||= fields.isInterlaced;
    },
    PLTE: (data) => {
      if (this.kind?.hasPalette) this.palette = data;
    },
    tRNS: (data) => assertLength(data, this.kind?.transparencyBytes ?? 0),
    iCCP: (data) => {
      // Without a name's end the first byte stands for the method.
      const method = data.indexOf(0) + 1;
      if (data[method] !== DEFLATE) throw new Error("Cannot read profile: its coding is unknown");
      this.#texts.add(data.subarray(method + 1));
    },
    zTXt: (data) => {
      const end = data.indexOf(0);
      if (end < 0 || end + 1 === data.length) return;
      if (data[end + 1] !== DEFLATE) throw new Error("Cannot read text: its coding is unknown");
      this.#texts.add(data.subarray(end + 2));
    },
    iTXt: (data) => {
      const flags = data.indexOf(0) + 1;
      const language = data.indexOf(0, flags + 2);
      const translation = data.indexOf(0, language + 1);
      if (flags === 0 || flags + 2 > data.length || language < 0 || translation < 0) return;
      const isDeflated = data[flags] !== 0 && data[flags + 1] === DEFLATE;
      if (isDeflated) this.#texts.add(data.subarray(translation + 1));
    },
    acTL: (data) => {
      const frames = viewOf(data, 8).getUint32(0);
      if (this.frames !== undefined) this.frames = undefined;
      else if (frames > 0 && frames <= FRAMES_MAX) this.frames = frames;
    },
    fcTL: (data) => {
      const view = viewOf(data, 26);
      const sequence = view.getUint32(0);
      const size = { width: view.getUint32(4), height: view.getUint32(8) };
      const frame = { x: view.getUint32(12), y: view.getUint32(16), ...size };
      if (sequence !== (this.#sequence ?? -1) + 1) throw unordered();
      this.#sequence = sequence;
      this.frame = this.#within(frame);
    },
  };
}

function unordered(): Error {
  return new Error("Cannot read frame: it is out of order");
}

function viewOf(data: Uint8Array, bytesMin: number): DataView {
  assertLength(data, bytesMin);
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

function assertLength(data: Uint8Array, bytesMin: number): void {
  if (data.length < bytesMin) throw new Error("Cannot read chunk: it is too short");
}
