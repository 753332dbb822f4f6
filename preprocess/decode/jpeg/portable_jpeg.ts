/** JPEG to pixels where libturbojpeg may not be loaded: by the same library in WebAssembly, gray and RGB. */
import { Refusal } from "../../contract/refusal.ts";
import { type ImageShape, pixelBytes } from "../../contract/pixels.ts";
import type { JpegHeader } from "../../header/jpeg_header.ts";
import { scaledShape } from "../../header/jpeg_scale.ts";
import { type CodecResult, JpegCodec } from "./jpeg_codec.ts";
import type { JpegDecoder, JpegImage } from "./jpeg_decoder.ts";
import { plainHead } from "./plain_head.ts";

/** How many times as long as libturbojpeg it takes: 3.3 to 4.0 measured for baseline files, less for progressive ones. */
export const PORTABLE_TIME_FACTOR = 4;

/** Pixels of an image whose codec is kept for the next one: a 5-megapixel photo. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;
/** The codec does not tell its messages. */
const WARNED = "the data are damaged";

/** Decodes gray and RGB in the subsamplings that the TurboJPEG API has names for; any other is refused. */
export class PortableJpegDecoder implements JpegDecoder {
  readonly canScale = false;
  readonly #createCodec: () => JpegCodec;
  /** Kept as long as it is sound and small. */
  #codec: JpegCodec | undefined;

  constructor(createCodec: () => JpegCodec = () => new JpegCodec()) {
    this.#createCodec = createCodec;
  }

  decode(bytes: Uint8Array<ArrayBuffer>, header: JpegHeader): JpegImage {
    const shape = scaledShape(header, 1);
    if (shape.mode === "CMYK") throw unsupported("CMYK or YCCK", "RGB");
    let result = this.#run([bytes], shape);
    // A file whose head it warns of is not decoded. What it warns of there is nothing to the pixels.
    if (result.verdict === "warned" && result.pixels.length === 0) {
      result = this.#run(plainHead(bytes, header), shape);
    }
    const { pixels, verdict } = result;
    if (verdict === "gave_up") throw damaged();
    if (pixels.length === 0) throw unsupported("this chroma subsampling", "4:4:4 or 4:2:0");
    if (!isOfShape(result, shape)) throw damaged();
    return { ...shape, data: pixels, warning: verdict === "good" ? undefined : WARNED };
  }

  [Symbol.dispose](): void {
    this.#codec = undefined;
  }

  #run(parts: readonly Uint8Array[], shape: ImageShape): CodecResult {
    const codec = this.#codec ?? this.#createCodec();
    this.#codec = undefined;
    let result: CodecResult;
    try {
      result = codec.decode(parts);
    } catch (cause) {
      throw damaged(cause);
    }
    const isSound = result.verdict === "good" && isOfShape(result, shape);
    if (isSound && result.pixels.length <= KEPT_BYTES_MAX) this.#codec = codec;
    return result;
  }
}

function isOfShape({ pixels, width, height }: CodecResult, shape: ImageShape): boolean {
  return width === shape.width && height === shape.height &&
    pixels.length === width * height * pixelBytes(shape);
}

function damaged(cause?: unknown): Refusal {
  return new Refusal("invalid_image", "Cannot decode image: the JPEG is damaged", { cause });
}

/** Says what the client can do, who may not choose the decoder. */
function unsupported(what: string, instead: string): Refusal {
  return new Refusal(
    "unsupported_image",
    `Cannot decode image: JPEGs of ${what} need libturbojpeg, which is not in use here: save it as ${instead}`,
  );
}
