/** What requests may cost, one by one and in sum. */
import { integer } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const REQUEST_FIELDS = {
  requestTimeoutMs: integer(
    {
      env: "GATEWAY_REQUEST_TIMEOUT_MS",
      default: "10000",
      unit: "ms",
      doc: "Deadline of a request, from its head to its reply",
    },
    10,
    600_000,
  ),
  bodyTimeoutMs: integer(
    {
      env: "GATEWAY_BODY_TIMEOUT_MS",
      default: "5000",
      unit: "ms",
      doc: "Time a body may take to arrive, so that slow uploads cannot sit on permits",
    },
    10,
    600_000,
  ),
  bodyBytesMax: integer(
    {
      env: "GATEWAY_BODY_BYTES_MAX",
      default: String(32 * MIB),
      unit: "bytes",
      doc: "Size of a request's body",
    },
    1024,
    1024 * MIB,
  ),
  requestImagesMax: integer(
    {
      env: "GATEWAY_REQUEST_IMAGES_MAX",
      default: "32",
      unit: "images",
      doc: "Images in one request",
    },
    1,
    1024,
  ),
  inflightRequestsMax: integer(
    {
      env: "GATEWAY_INFLIGHT_REQUESTS_MAX",
      default: "256",
      unit: "requests",
      doc: "Requests in flight; one more is answered 429 before its body is read",
    },
    1,
    65_536,
  ),
  inflightBytesMax: integer(
    {
      env: "GATEWAY_INFLIGHT_BYTES_MAX",
      default: String(256 * MIB),
      unit: "bytes",
      doc:
        "Bodies in flight, in sum; a body without a declared length counts as the largest allowed",
    },
    1024,
    16 * 1024 * MIB,
  ),
  inflightPixelsMax: integer(
    {
      env: "GATEWAY_INFLIGHT_PIXELS_MAX",
      default: "200000000",
      unit: "pixels",
      doc: "Pixels of the images in flight, in sum",
    },
    1,
    10_000_000_000,
  ),
} as const;
