/** JPEG to pixels through libturbojpeg's TurboJPEG 3 API (source: `turbojpeg.h` of libjpeg-turbo 3.1). */
import { Refusal } from "../../contract/refusal.ts";
import { type ScaleDenominator, scaledShape } from "../../header/jpeg_scale.ts";
import type { ImageLimits } from "../../contract/image_limits.ts";
import type { JpegHeader } from "../../header/jpeg_header.ts";
import {
  type AllocatePixels,
  heldRegion,
  type ImageShape,
  pixelBytes,
  type PixelImage,
  type PixelRegion,
} from "../../contract/pixels.ts";
import type { JpegDecoder, JpegImage } from "./jpeg_decoder.ts";

/** Version of the pinned library; part of the preprocess id. */
export const TURBOJPEG_VERSION = "3.1.3";

const SYMBOLS = {
  tj3Init: { parameters: ["i32"], result: "usize" },
  tj3Set: { parameters: ["usize", "i32", "i32"], result: "i32" },
  tj3Get: { parameters: ["usize", "i32"], result: "i32" },
  tj3DecompressHeader: { parameters: ["usize", "buffer", "usize"], result: "i32" },
  tj3SetScalingFactor: { parameters: ["usize", { struct: ["i32", "i32"] }], result: "i32" },
  tj3SetCroppingRegion: {
    parameters: ["usize", { struct: ["i32", "i32", "i32", "i32"] }],
    result: "i32",
  },
  tj3Decompress8: {
    parameters: ["usize", "buffer", "usize", "buffer", "i32", "i32"],
    result: "i32",
  },
  tj3GetErrorStr: { parameters: ["usize"], result: "usize" },
  // The C library's, which the loader finds behind libturbojpeg: reading a string through Deno's own pointer view
  // would need --allow-ffi for everything.
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  tj3Destroy: { parameters: ["usize"], result: "void" },
} as const;

const TJINIT_DECOMPRESS = 1;
const TJPARAM = {
  JPEGWIDTH: 5,
  JPEGHEIGHT: 6,
  SCANLIMIT: 13,
  LOSSLESS: 15,
  MAXMEMORY: 23,
  MAXPIXELS: 24,
};
/** CMYK also stands for YCCK, which libjpeg converts. */
const PIXEL_FORMATS: Readonly<Record<string, number>> = { L: 6, RGB: 0, CMYK: 11 };

/** libjpeg's JMSG_LENGTH_MAX, the size of the buffer that messages lie in. */
const MESSAGE_BYTES = 200;
/**
 * The warnings of libjpeg's `jerror.h`. The library's own error code says "warning" for a fatal error too once a
 * warning came before it, and the buffer then still holds the last picture's pixels.
 */
const WARNING =
  /^(Corrupt JPEG data|Inconsistent progression|Invalid SOS param|Premature end of JPEG|Unknown Adobe color|Warning: unknown JFIF)/;

/** Bytes a pixel that a progressive 4:4:4:4 file may need for coefficients, with room for tables. */
const COEFFICIENT_BYTES_PER_PIXEL = 10;

/** Makes a call that takes as long as an image does, and that nobody can end. */
export type CallNative = <Result>(call: () => Result) => Result;

/** What a decoder may be given. */
export interface TurboJpegOptions {
  /** The heap's memory unless given. */
  readonly allocate?: AllocatePixels;
  /** At once unless given. */
  readonly callNative?: CallNative;
}

/** Decodes JPEGs with islow DCT and fancy upsampling: Pillow's settings, which are the library's defaults. */
export class TurboJpegDecoder implements JpegDecoder {
  readonly canScale = true;
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;
  readonly #limits: ImageLimits;
  readonly #allocate: AllocatePixels;
  readonly #callNative: CallNative;

  /** @param path The library's real path; needs `--allow-ffi` for it. */
  constructor(path: string, limits: ImageLimits, options: TurboJpegOptions = {}) {
    this.#library = Deno.dlopen(path, SYMBOLS);
    this.#limits = limits;
    this.#allocate = options.allocate ?? heapPixels;
    this.#callNative = options.callNative ?? ((call) => call());
  }

  decode(
    bytes: Uint8Array<ArrayBuffer>,
    header: JpegHeader,
    denominator: ScaleDenominator = 1,
  ): JpegImage {
    const { symbols } = this.#library;
    // A handle is poisoned by a failed header, so each call has its own (1.2 µs).
    const handle = symbols.tj3Init(TJINIT_DECOMPRESS);
    try {
      this.#readHeader(handle, bytes, header);
      if (denominator > 1) this.#scale(handle, denominator);
      return this.#decompress(handle, bytes, scaledShape(header, denominator));
    } finally {
      symbols.tj3Destroy(handle);
    }
  }

  decodeRegion(
    bytes: Uint8Array<ArrayBuffer>,
    header: JpegHeader,
    region: PixelRegion,
  ): PixelImage | undefined {
    const { symbols } = this.#library;
    const { x, y, width, height } = region;
    const handle = symbols.tj3Init(TJINIT_DECOMPRESS);
    try {
      this.#setLimits(handle);
      const length = BigInt(bytes.length);
      if (symbols.tj3DecompressHeader(handle, bytes, length) !== 0) return undefined;
      if (!this.#hasSize(handle, header)) return undefined;
      const rectangle = new Uint8Array(Int32Array.of(x, y, width, height).buffer);
      if (symbols.tj3SetCroppingRegion(handle, rectangle) !== 0) return undefined;
      const shape = { ...scaledShape(header, 1), held: region };
      const data = this.#allocate(shape);
      const stride = width * pixelBytes(shape);
      const format = PIXEL_FORMATS[shape.mode] as number;
      const status = this.#callNative(() =>
        symbols.tj3Decompress8(handle, bytes, length, data, stride, format)
      );
      return status === 0 ? { ...shape, data } : undefined;
    } finally {
      symbols.tj3Destroy(handle);
    }
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }

  #readHeader(handle: bigint, bytes: Uint8Array<ArrayBuffer>, header: JpegHeader): void {
    const { symbols } = this.#library;
    this.#setLimits(handle);
    const status = symbols.tj3DecompressHeader(handle, bytes, BigInt(bytes.length));
    if (status !== 0) this.#warning(handle);
    if (!this.#hasSize(handle, header)) throw damaged();
  }

  /** The buffer is sized by our own reading of the header: were the library's another, it would overrun it. */
  #hasSize(handle: bigint, { width, height }: JpegHeader): boolean {
    const { symbols } = this.#library;
    return symbols.tj3Get(handle, TJPARAM.JPEGWIDTH) === width &&
      symbols.tj3Get(handle, TJPARAM.JPEGHEIGHT) === height;
  }

  /** Were the factor not taken, or not heeded as with lossless files, the whole picture would overrun its buffer. */
  #scale(handle: bigint, denominator: ScaleDenominator): void {
    const { symbols } = this.#library;
    const factor = new Uint8Array(Int32Array.of(1, denominator).buffer);
    const isTaken = symbols.tj3SetScalingFactor(handle, factor) === 0;
    if (!isTaken || symbols.tj3Get(handle, TJPARAM.LOSSLESS) !== 0) throw damaged();
  }

  #decompress(
    handle: bigint,
    bytes: Uint8Array<ArrayBuffer>,
    shape: ImageShape,
  ): JpegImage {
    const { symbols } = this.#library;
    const data = this.#allocate(shape);
    const format = PIXEL_FORMATS[shape.mode] as number;
    const length = BigInt(bytes.length);
    const status = this.#callNative(() =>
      symbols.tj3Decompress8(handle, bytes, length, data, 0, format)
    );
    const warning = status === 0 ? undefined : this.#warning(handle);
    if (shape.mode === "CMYK") invert(data);
    return { ...shape, data, warning };
  }

  #setLimits(handle: bigint): void {
    const { symbols } = this.#library;
    const { pixelsMax, scansMax } = this.#limits;
    const megabytes = Math.ceil((pixelsMax * COEFFICIENT_BYTES_PER_PIXEL) / 2 ** 20) + 16;
    symbols.tj3Set(handle, TJPARAM.SCANLIMIT, scansMax);
    symbols.tj3Set(handle, TJPARAM.MAXPIXELS, pixelsMax);
    symbols.tj3Set(handle, TJPARAM.MAXMEMORY, megabytes);
  }

  /** The last message if it is a warning about damaged data, which Pillow accepts; anything else is fatal. */
  #warning(handle: bigint): string {
    const { symbols } = this.#library;
    const message = new Uint8Array(MESSAGE_BYTES);
    symbols.memcpy(message, symbols.tj3GetErrorStr(handle), BigInt(MESSAGE_BYTES));
    const text = String.fromCharCode(...message.subarray(0, message.indexOf(0)));
    if (!WARNING.test(text)) throw damaged(text);
    return text;
  }
}

function heapPixels(shape: ImageShape): Uint8Array<ArrayBuffer> {
  const { width, height } = heldRegion(shape);
  return new Uint8Array(width * height * pixelBytes(shape));
}

/** Pillow takes every four-component JPEG for Adobe's, which stores inks inverted. */
function invert(data: Uint8Array): void {
  for (let index = 0; index < data.length; index++) data[index] = 255 - (data[index] as number);
}

/** @param cause The library's message, which goes no further than the log. */
function damaged(cause?: string): Refusal {
  return new Refusal("invalid_image", "Cannot decode image: the JPEG is damaged", { cause });
}
