/**
 * An instance of libjpeg-turbo in WebAssembly: the package's own glue, made without a promise and watched. It takes no
 * options: fancy upsampling and islow DCT are libjpeg-turbo's defaults.
 */
import createModule from "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs";

/** Version of the package; part of the preprocess id. */
export const JPEG_CODEC_VERSION = "1.2.8";

const MODULE = new URL(
  "../../../node_modules/@cornerstonejs/codec-libjpeg-turbo-8bit/dist/libjpegturbowasm_decode.wasm",
  import.meta.url,
);

/** What came of a file. */
export interface CodecResult {
  /** All of them, a copy; none where the codec did not begin. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** `warned` beside pixels: some data were damaged. `gave_up`: they are not to be used. */
  readonly verdict: "good" | "warned" | "gave_up";
}

/** The package's class, which embind makes. */
interface CodecObject {
  getEncodedBuffer(byteLength: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number };
  delete(): void;
}

type Imports = Record<string, Record<string, WebAssembly.ImportValue>>;

/** What the glue is given, and what it adds. */
interface GlueModule {
  instantiateWasm(
    imports: Imports,
    onInstance: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  readonly JPEGDecoder?: new () => CodecObject;
}

/** What Emscripten's `longjmp` throws, which libjpeg calls on fatal errors and never on warnings. */
const LONGJMP = Infinity;

let compiled: WebAssembly.Module | undefined;

/**
 * Decodes one file at a time; memory grows and never shrinks, so that who needs less must drop the codec.
 *
 * To be dropped as well after a file that is not `good`: what the codec throws passes frames whose part of the stack is
 * not given back, so that some thousand such files would write over the codec's data.
 */
export class JpegCodec {
  readonly #Decoder: new () => CodecObject;
  #hasJumped = false;

  constructor() {
    const module: GlueModule = {
      instantiateWasm: (imports, onInstance) => {
        compiled ??= new WebAssembly.Module(Deno.readFileSync(MODULE));
        const instance = new WebAssembly.Instance(compiled, this.#watched(imports));
        onInstance(instance);
        return instance.exports;
      },
    };
    createModule(module);
    if (module.JPEGDecoder === undefined) throw new Error("Cannot start the JPEG codec");
    this.#Decoder = module.JPEGDecoder;
  }

  /**
   * Decodes a JPEG.
   *
   * @param parts Of the file, in their order.
   * @throws {WebAssembly.RuntimeError} when it traps.
   */
  decode(parts: readonly Uint8Array[]): CodecResult {
    this.#hasJumped = false;
    const codec = new this.#Decoder();
    const file = codec.getEncodedBuffer(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      file.set(part, offset);
      offset += part.length;
    }
    let verdict: CodecResult["verdict"] = "good";
    try {
      codec.decode();
    } catch (thrown) {
      // C++ exceptions are addresses; anything else leaves the codec in an unknown state.
      if (typeof thrown !== "number") throw thrown;
      verdict = this.#hasJumped ? "gave_up" : "warned";
    }
    const { width, height } = codec.getFrameInfo();
    const pixels = codec.getDecodedBuffer();
    codec.delete();
    return { pixels, width, height, verdict };
  }

  /** The same imports, whose `longjmp` is noticed, whatever its name. */
  #watched(imports: Imports): Imports {
    const watch = (value: WebAssembly.ImportValue): WebAssembly.ImportValue => {
      if (typeof value !== "function") return value;
      return (...parameters: unknown[]) => {
        try {
          return value(...parameters);
        } catch (thrown) {
          if (thrown === LONGJMP) this.#hasJumped = true;
          throw thrown;
        }
      };
    };
    return Object.fromEntries(
      Object.entries(imports).map(([space, values]) => [
        space,
        Object.fromEntries(Object.entries(values).map(([name, value]) => [name, watch(value)])),
      ]),
    );
  }
}
