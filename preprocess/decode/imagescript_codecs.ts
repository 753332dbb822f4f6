/**
 * imagescript's PNG and GIF codecs, without the copies of its own wrappers: pixels stay in the codec's memory. Each
 * image gets an instance of its own, so that a damaged file spoils no other's, and so that memory, which never shrinks,
 * goes with the image.
 */

const FOLDER = new URL("../../node_modules/imagescript/wasm/any/", import.meta.url);

/** A codec's picture, its pixels in the codec's memory: the caller's to change, for nobody else has the instance. */
export interface Framebuffer {
  readonly width: number;
  readonly height: number;
  /** RGBA, u8 [height, width, 4]. */
  readonly rgba: Uint8Array;
}

/** The first frame of a GIF, and the canvas that it lies on. */
export interface GifFrame extends Framebuffer {
  readonly x: number;
  readonly y: number;
  readonly canvas: { readonly width: number; readonly height: number };
}

type Codec<Names extends string> =
  & { readonly memory: WebAssembly.Memory }
  & Readonly<Record<Names, (...parameters: number[]) => number>>;

type PngCodec = Codec<"walloc" | "decode" | "width" | "height">;
type GifCodec = Codec<
  | "walloc"
  | "wlen"
  | "decoder_new"
  | "decoder_width"
  | "decoder_height"
  | "decoder_frame"
  | `decoder_frame_${"x" | "y" | "width" | "height" | "buffer"}`
>;

/** What `decoder_frame` gives instead of an address. */
const FRAME = { damaged: 0, none: 1 };

const modules = new Map<string, WebAssembly.Module>();

/** @throws {Error} when the file is damaged. */
export function decodePng(bytes: Uint8Array): Framebuffer {
  const codec = instantiate<PngCodec>("png", { emscripten_notify_memory_growth: () => {} });
  const address = codec.decode(lend(codec, bytes), bytes.length);
  if (address < 0) throw new Error(`Cannot decode PNG: the codec says ${address}`);
  const [width, height] = [codec.width(), codec.height()];
  return { width, height, rgba: new Uint8Array(codec.memory.buffer, address, width * height * 4) };
}

/** @throws {Error} when the file is damaged, or has no frame. */
export function decodeGif(bytes: Uint8Array): GifFrame {
  const codec = instantiate<GifCodec>("gif", { push_to_stream: () => {} });
  const decoder = codec.decoder_new(lend(codec, bytes), bytes.length, 0);
  if (decoder === 0) throw new Error("Cannot decode GIF: its header is damaged");
  const frame = codec.decoder_frame(decoder);
  if (frame === FRAME.damaged || frame === FRAME.none) {
    throw new Error(
      `Cannot decode GIF: its first frame is ${frame === FRAME.none ? "missing" : "damaged"}`,
    );
  }
  // Its length is that of what was asked for last.
  const address = codec.decoder_frame_buffer(frame);
  return {
    x: codec.decoder_frame_x(frame),
    y: codec.decoder_frame_y(frame),
    width: codec.decoder_frame_width(frame),
    height: codec.decoder_frame_height(frame),
    rgba: new Uint8Array(codec.memory.buffer, address, codec.wlen()),
    canvas: { width: codec.decoder_width(decoder), height: codec.decoder_height(decoder) },
  };
}

function instantiate<Exports>(name: string, env: Readonly<Record<string, () => void>>): Exports {
  let module = modules.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(Deno.readFileSync(new URL(`${name}.wasm`, FOLDER)));
    modules.set(name, module);
  }
  return new WebAssembly.Instance(module, { env }).exports as Exports;
}

/** Puts a file into a codec's memory, and says where. */
function lend({ memory, walloc }: Codec<"walloc">, bytes: Uint8Array): number {
  const address = walloc(bytes.length);
  new Uint8Array(memory.buffer, address, bytes.length).set(bytes);
  return address;
}
