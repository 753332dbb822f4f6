/**
 * libwebp 1.4.0 in WebAssembly, of the package icodec: with SIMD, as damaged files ask for. Each picture gets an instance
 * of its own, so that a damaged file spoils no other's, whatever it does to the codec's memory, and so that memory, which
 * never shrinks, goes with the picture.
 */
// The package's own door has one instance for all pictures, and loads the glue of every other codec.
import createCodec from "../../../node_modules/icodec/dist/webp-dec.js";

/** A picture's pixels: the caller's, and nobody else's. */
export interface WebpPixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, u8 [height, width, 4]. */
  readonly rgba: Uint8Array<ArrayBuffer>;
}

/** What Emscripten's glue reads and fills. */
interface Codec {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ): WebAssembly.Exports;
  /** Text where the codec gives up; it is there once the glue is through, which it is before it returns. */
  decode?(bytes: Uint8Array): WebpPixels | string | null;
}

const FILE = new URL("../../../node_modules/icodec/dist/webp-dec.wasm", import.meta.url);
/** Under this name the codec looks for what makes its result, given a copy of its pixels. */
const RESULT = "_icodec_ImageData";

let module: WebAssembly.Module | undefined;

/**
 * Decodes a picture: a file of `VP8 ` or `VP8L`, or such a chunk alone, `ALPH` before it or not.
 *
 * @returns `undefined` when the codec gives up on it.
 * @throws {WebAssembly.RuntimeError} when it traps.
 */
export function decodeWebpPixels(bytes: Uint8Array): WebpPixels | undefined {
  module ??= new WebAssembly.Module(Deno.readFileSync(FILE));
  const compiled = module;
  const codec: Codec = {
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(compiled, imports);
      done(instance);
      return instance.exports;
    },
  };
  (globalThis as Record<string, unknown>)[RESULT] = pixels;
  void createCodec(codec);
  const result = codec.decode?.(bytes);
  return typeof result === "object" ? result ?? undefined : undefined;
}

function pixels(data: Uint8ClampedArray<ArrayBuffer>, width: number, height: number): WebpPixels {
  return { width, height, rgba: new Uint8Array(data.buffer) };
}
