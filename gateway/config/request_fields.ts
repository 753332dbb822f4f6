/** What requests may cost, one by one and in sum. */
import { integer } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const REQUEST_FIELDS = {
  requestTimeoutMs: integer("GATEWAY_REQUEST_TIMEOUT_MS", {
    default: 10000,
    unit: "ms",
    range: [10, 600_000],
    doc: "Deadline of a request, from its head to its reply",
  }),
  bodyTimeoutMs: integer("GATEWAY_BODY_TIMEOUT_MS", {
    default: 5000,
    unit: "ms",
    range: [10, 600_000],
    doc: "Time a body may take to arrive, so that slow uploads cannot sit on permits",
  }),
  bodyBytesMax: integer("GATEWAY_BODY_BYTES_MAX", {
    default: 32 * MIB,
    unit: "bytes",
    range: [1024, 1024 * MIB],
    doc: "Size of a request's body",
  }),
  requestImagesMax: integer("GATEWAY_REQUEST_IMAGES_MAX", {
    default: 32,
    unit: "images",
    range: [1, 1024],
    doc: "Images in one request",
  }),
  inflightRequestsMax: integer("GATEWAY_INFLIGHT_REQUESTS_MAX", {
    default: 256,
    unit: "requests",
    range: [1, 65_536],
    doc: "Requests in flight; one more is answered 429 before its body is read",
  }),
  inflightBytesMax: integer("GATEWAY_INFLIGHT_BYTES_MAX", {
    default: 256 * MIB,
    unit: "bytes",
    range: [1024, 16 * 1024 * MIB],
    doc: "Bodies in flight, in sum; a body without a declared length counts as the largest allowed",
  }),
  inflightPixelsMax: integer("GATEWAY_INFLIGHT_PIXELS_MAX", {
    default: 200_000_000,
    unit: "pixels",
    range: [1, 10_000_000_000],
    doc: "Pixels of the images in flight, in sum",
  }),
} as const;
