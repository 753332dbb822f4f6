/**
 * libwebp in WebAssembly. Each picture gets an instance of its own, so that a damaged file spoils no other's, whatever
 * it does to the codec's memory, and so that memory, which never shrinks, goes with the picture.
 */

/** A picture's pixels, in the codec's memory: the caller's to change, for nobody else has the instance. */
export interface WebpPixels {
  readonly width: number;
  readonly height: number;
  /** RGBA, u8 [height, width, 4]. */
  readonly rgba: Uint8Array;
}

interface WebpCodec {
  readonly memory: WebAssembly.Memory;
  malloc(byteLength: number): number;
  free(address: number): void;
  WebPDecodeRGBA(file: number, byteLength: number, width: number, height: number): number;
}

const FILE = new URL("../../../node_modules/@cwasm/webp/webp.wasm", import.meta.url);
/** Nothing is ever written to a file. */
const NO_FILES = { fd_close: () => 0, fd_seek: () => 0, fd_write: () => 0 };
const SIZE_BYTES = 8;

let module: WebAssembly.Module | undefined;

/**
 * Decodes a picture: a file of `VP8 ` or `VP8L`, or such a chunk alone, `ALPH` before it or not.
 *
 * @returns `undefined` when the codec gives up on it.
 * @throws {WebAssembly.RuntimeError} when it traps.
 */
export function decodeWebpPixels(bytes: Uint8Array): WebpPixels | undefined {
  module ??= new WebAssembly.Module(Deno.readFileSync(FILE));
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: NO_FILES });
  const codec = instance.exports as unknown as WebpCodec;
  const size = codec.malloc(SIZE_BYTES);
  const file = codec.malloc(bytes.length);
  if (size === 0 || file === 0) return undefined;
  new Uint8Array(codec.memory.buffer, file, bytes.length).set(bytes);
  const address = codec.WebPDecodeRGBA(file, bytes.length, size, size + 4);
  if (address === 0) return undefined;
  const [width = 0, height = 0] = new Uint32Array(codec.memory.buffer, size, 2);
  return { width, height, rgba: new Uint8Array(codec.memory.buffer, address, width * height * 4) };
}
