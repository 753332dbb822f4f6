/** Writes RGB pixels as a JPEG in 4:4:4: the package whose decoder the gateway has where it has no libturbojpeg. */
import createModule from "@cornerstonejs/codec-libjpeg-turbo-8bit/wasmjs";

const MODULE = new URL(
  "../../node_modules/@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm.wasm",
  import.meta.url,
);
/** TurboJPEG's TJSAMP_444. */
const FULL_CHROMA = 0;

/** The package's class, which embind makes. */
interface Encoder {
  getDecodedBuffer(frame: {
    readonly width: number;
    readonly height: number;
    readonly bitsPerSample: number;
    readonly componentCount: number;
    readonly isSigned: boolean;
  }): Uint8Array;
  setQuality(quality: number): void;
  setSubSampling(sampling: number): void;
  encode(): void;
  getEncodedBuffer(): Uint8Array;
  delete(): void;
}

interface GlueModule {
  instantiateWasm(
    imports: WebAssembly.Imports,
    onInstance: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  readonly JPEGEncoder?: new () => Encoder;
}

let started: (new () => Encoder) | undefined;

/**
 * @param pixels u8 [side, side, 3].
 * @param quality 1 to 100, on libjpeg's scale.
 */
export function writeJpeg(
  pixels: Uint8Array,
  side: number,
  quality: number,
): Uint8Array<ArrayBuffer> {
  started ??= startEncoder();
  const encoder = new started();
  try {
    const frame = { width: side, height: side, bitsPerSample: 8, componentCount: 3 };
    encoder.getDecodedBuffer({ ...frame, isSigned: false }).set(pixels);
    encoder.setQuality(quality);
    encoder.setSubSampling(FULL_CHROMA);
    encoder.encode();
    return new Uint8Array(encoder.getEncodedBuffer());
  } finally {
    encoder.delete();
  }
}

function startEncoder(): new () => Encoder {
  const module: GlueModule = {
    instantiateWasm: (imports, onInstance) => {
      const compiled = new WebAssembly.Module(Deno.readFileSync(MODULE));
      const instance = new WebAssembly.Instance(compiled, imports);
      onInstance(instance);
      return instance.exports;
    },
  };
  createModule(module);
  if (module.JPEGEncoder === undefined) throw new Error("Cannot start the JPEG encoder");
  return module.JPEGEncoder;
}
