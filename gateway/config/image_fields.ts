/** What one image may cost, and how it becomes the model's input. */
import { DEFAULT_FAST_SCALE_MIN, DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { integer, oneOf } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const IMAGE_FIELDS = {
  imageBytesMax: integer("GATEWAY_IMAGE_BYTES_MAX", {
    default: DEFAULT_LIMITS.bytesMax,
    unit: "bytes",
    range: [1024, 512 * MIB],
    doc: "Size of one encoded image",
  }),
  imagePixelsMax: integer("GATEWAY_IMAGE_PIXELS_MAX", {
    default: DEFAULT_LIMITS.pixelsMax,
    unit: "pixels",
    range: [1, 200_000_000],
    doc: "Width × height of one image; decoding holds 3 to 12 bytes a pixel",
  }),
  imageScansMax: integer("GATEWAY_IMAGE_SCANS_MAX", {
    default: DEFAULT_LIMITS.scansMax,
    unit: "scans",
    range: [1, 10_000],
    doc: "Scans of one progressive JPEG; each costs a pass over all its blocks",
  }),
  imageCostMsMax: integer("GATEWAY_IMAGE_COST_MS_MAX", {
    default: DEFAULT_LIMITS.decodeMsMax,
    unit: "ms",
    range: [1, 600_000],
    doc:
      "Time one image may take a decoding thread, as reckoned from its head; never more than GATEWAY_IMAGE_TIMEOUT_MS",
  }),
  imageTimeoutMs: integer("GATEWAY_IMAGE_TIMEOUT_MS", {
    default: 5000,
    unit: "ms",
    range: [10, 600_000],
    doc:
      "Time one image may take to decode and resize; then it is answered, and its worker is replaced unless it comes back",
  }),
  orient: oneOf("GATEWAY_ORIENT", {
    default: "none",
    values: ["none", "exif"],
    doc:
      "Whether photos are turned upright by their EXIF orientation where a request does not say: as open_clip, not at all, or exif; part of the preprocess id",
  }),
  decode: oneOf("GATEWAY_DECODE", {
    default: "exact",
    values: ["exact", "fast"],
    doc:
      "How JPEGs are decoded where a request does not say: as Pillow does, or large ones smaller and sooner",
  }),
  jpegDecoder: oneOf("GATEWAY_JPEG_DECODER", {
    default: "auto",
    values: ["auto", "native", "portable"],
    doc:
      "What decodes JPEGs: libturbojpeg (native), its WebAssembly build (portable), or the first that is to be had; part of the preprocess id",
  }),
  fastDecodeScaleMin: integer("GATEWAY_FAST_DECODE_SCALE_MIN", {
    default: DEFAULT_FAST_SCALE_MIN,
    unit: "× the model's size",
    range: [1, 16],
    doc:
      "What fast decoding leaves of the side that becomes the model's size, at least; part of the preprocess id",
  }),
  inlineImageMsMax: integer("GATEWAY_INLINE_IMAGE_MS_MAX", {
    default: 3,
    unit: "ms",
    range: [0, 1000],
    doc:
      "Time, as reckoned from its head, for which an image may hold the thread that serves it; longer ones go to a decoding thread, with 0 all",
  }),
  decodeWorkers: integer("GATEWAY_DECODE_WORKERS", {
    default: 0,
    unit: "threads",
    range: [0, 256],
    doc:
      "Threads that decode and resize, and a spare one where images of more than 100 ms hold all of them; 0 takes one a core and one more",
  }),
} as const;
