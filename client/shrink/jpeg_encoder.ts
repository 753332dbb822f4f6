/** Pixels to JPEG, by libjpeg-turbo in WebAssembly: the package that decodes where no native library is, in its whole size. */
import createModule from "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs";

const MODULE = new URL(
  "../../node_modules/@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm.wasm",
  import.meta.url,
);
/** TJSAMP_444 and TJSAMP_420 of `turbojpeg.h`. */
const SUBSAMPLINGS = { "4:4:4": 0, "4:2:0": 2 };

/** RGB pixels, u8 [height, width, 3]. */
export interface RgbPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How pixels are written. */
export interface JpegOptions {
  /** 1 to 100, on libjpeg's scale. */
  readonly quality: number;
  readonly subsampling: keyof typeof SUBSAMPLINGS;
}

/** The package's class, which embind makes. */
interface EncoderObject {
  getDecodedBuffer(frame: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  }): Uint8Array;
  setQuality(quality: number): void;
  setSubSampling(subsampling: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

type Imports = Record<string, Record<string, WebAssembly.ImportValue>>;

/** What the glue is given, and what it adds. */
interface GlueModule {
  instantiateWasm(
    imports: Imports,
    onInstance: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  readonly JPEGEncoder?: new () => EncoderObject;
}

/** Encodes one picture at a time. */
export class JpegEncoder {
  readonly #Encoder: new () => EncoderObject;

  constructor() {
    const module: GlueModule = {
      instantiateWasm: (imports, onInstance) => {
        const wasm = new WebAssembly.Module(Deno.readFileSync(MODULE));
        const instance = new WebAssembly.Instance(wasm, imports);
        onInstance(instance);
        return instance.exports;
      },
    };
    createModule(module);
    if (module.JPEGEncoder === undefined) throw new Error("Cannot start the JPEG encoder");
    this.#Encoder = module.JPEGEncoder;
  }

  /** A baseline JPEG of the pixels, a copy. */
  encode(
    { width, height, data }: RgbPixels,
    { quality, subsampling }: JpegOptions,
  ): Uint8Array<ArrayBuffer> {
    const encoder = new this.#Encoder();
    try {
      encoder.getDecodedBuffer({
        ...{ width, height, bitsPerSample: 8, componentCount: 3, isSigned: false },
      }).set(data);
      encoder.setQuality(quality);
      encoder.setSubSampling(SUBSAMPLINGS[subsampling]);
      encoder.encode();
      return Uint8Array.from(encoder.getEncodedBuffer());
    } finally {
      encoder.delete();
    }
  }
}
