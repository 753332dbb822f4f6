/** What one image may cost, and how it becomes the model's input. */
import { DEFAULT_FAST_SCALE_MIN, DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { integer, oneOf } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const IMAGE_FIELDS = {
  imageBytesMax: integer(
    {
      env: "GATEWAY_IMAGE_BYTES_MAX",
      default: String(DEFAULT_LIMITS.bytesMax),
      unit: "bytes",
      doc: "Size of one encoded image",
    },
    1024,
    512 * MIB,
  ),
  imagePixelsMax: integer(
    {
      env: "GATEWAY_IMAGE_PIXELS_MAX",
      default: String(DEFAULT_LIMITS.pixelsMax),
      unit: "pixels",
      doc: "Width × height of one image; decoding holds 3 to 13 bytes a pixel",
    },
    1,
    200_000_000,
  ),
  imageScansMax: integer(
    {
      env: "GATEWAY_IMAGE_SCANS_MAX",
      default: String(DEFAULT_LIMITS.scansMax),
      unit: "scans",
      doc: "Scans of one progressive JPEG; each costs a pass over all its blocks",
    },
    1,
    10_000,
  ),
  imageTimeoutMs: integer(
    {
      env: "GATEWAY_IMAGE_TIMEOUT_MS",
      default: "5000",
      unit: "ms",
      doc: "Time one image may take to decode and resize; its worker is replaced after that",
    },
    10,
    600_000,
  ),
  decode: oneOf(
    {
      env: "GATEWAY_DECODE",
      default: "exact",
      doc:
        "How JPEGs are decoded where a request does not say: as Pillow does, or large ones smaller and sooner",
    },
    ["exact", "fast"],
  ),
  fastDecodeScaleMin: integer(
    {
      env: "GATEWAY_FAST_DECODE_SCALE_MIN",
      default: String(DEFAULT_FAST_SCALE_MIN),
      unit: "× the model's size",
      doc: "What fast decoding leaves of the shorter side, at least; part of the preprocess id",
    },
    1,
    16,
  ),
  decodeWorkers: integer(
    {
      env: "GATEWAY_DECODE_WORKERS",
      default: "0",
      unit: "threads",
      doc: "Threads that decode and resize; 0 takes one a core and one more",
    },
    0,
    256,
  ),
} as const;
