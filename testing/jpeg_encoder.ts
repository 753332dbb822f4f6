/** Pixels to JPEG through the libturbojpeg the gateway decodes with (source: `turbojpeg.h` of libjpeg-turbo 3.1). */
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";

const SYMBOLS = {
  tj3Init: { parameters: ["i32"], result: "usize" },
  tj3Set: { parameters: ["usize", "i32", "i32"], result: "i32" },
  tj3Compress8: {
    parameters: ["usize", "buffer", "i32", "i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  tj3Free: { parameters: ["usize"], result: "void" },
  tj3Destroy: { parameters: ["usize"], result: "void" },
  // The C library's: see preprocess/decode/turbojpeg.ts.
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

const TJINIT_COMPRESS = 0;
const TJPARAM = {
  QUALITY: 3,
  SUBSAMP: 4,
  OPTIMIZE: 11,
  PROGRESSIVE: 12,
  ARITHMETIC: 14,
  RESTARTBLOCKS: 18,
};
const TJSAMP = { "4:4:4": 0, "4:2:2": 1, "4:2:0": 2, gray: 3, "4:4:0": 4, "4:1:1": 5 };
const TJPF_RGB = 0;

/** What cameras choose differently. */
export interface JpegVariant {
  /** 4:2:0 unless given. */
  readonly subsampling?: keyof typeof TJSAMP;
  /** Whether Huffman codes are made for the photo; the usual ones unless given. */
  readonly optimize?: boolean;
  /** In ten scans or so; in one unless given. */
  readonly isProgressive?: boolean;
  /** With arithmetic codes; Huffman's unless given. */
  readonly isArithmetic?: boolean;
  /** MCUs from one restart marker to the next; none unless given. */
  readonly restartInterval?: number;
}

/** RGB pixels, u8 [height, width, 3]. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Encodes photos, as cameras do unless told otherwise: baseline. */
export class JpegEncoder implements Disposable {
  readonly #library: Deno.DynamicLibrary<typeof SYMBOLS>;

  /** @throws {Error} where libturbojpeg is not to be had. */
  constructor() {
    const found = findTurboJpeg();
    if (found.path === undefined) {
      throw new Error(`Cannot encode photos as there is ${found.reason}`);
    }
    this.#library = Deno.dlopen(found.path, SYMBOLS);
  }

  /** @param quality 1 to 100, on libjpeg's scale. */
  encode(
    { width, height, data }: RgbImage,
    quality: number,
    variant: JpegVariant = {},
  ): Uint8Array<ArrayBuffer> {
    const { symbols } = this.#library;
    const handle = symbols.tj3Init(TJINIT_COMPRESS);
    // The library allocates the file and writes its address and size here.
    const address = new BigUint64Array(1);
    const size = new BigUint64Array(1);
    try {
      symbols.tj3Set(handle, TJPARAM.QUALITY, quality);
      symbols.tj3Set(handle, TJPARAM.SUBSAMP, TJSAMP[variant.subsampling ?? "4:2:0"]);
      symbols.tj3Set(handle, TJPARAM.OPTIMIZE, Number(variant.optimize ?? false));
      symbols.tj3Set(handle, TJPARAM.PROGRESSIVE, Number(variant.isProgressive ?? false));
      symbols.tj3Set(handle, TJPARAM.ARITHMETIC, Number(variant.isArithmetic ?? false));
      symbols.tj3Set(handle, TJPARAM.RESTARTBLOCKS, variant.restartInterval ?? 0);
      if (symbols.tj3Compress8(handle, data, width, 0, height, TJPF_RGB, address, size) !== 0) {
        throw new Error(`Cannot encode ${width} × ${height} pixels`);
      }
      const bytes = new Uint8Array(Number(size[0]));
      symbols.memcpy(bytes, address[0] as bigint, size[0] as bigint);
      return bytes;
    } finally {
      symbols.tj3Free(address[0] as bigint);
      symbols.tj3Destroy(handle);
    }
  }

  [Symbol.dispose](): void {
    this.#library.close();
  }
}
