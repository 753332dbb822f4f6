/** What requests may cost, one by one and in sum. */
import { integer, oneOf, pattern } from "./config_field.ts";

const MIB = 1024 * 1024;

/** By the name their value has in `Config`. */
export const REQUEST_FIELDS = {
  requestTimeoutMs: integer("GATEWAY_REQUEST_TIMEOUT_MS", {
    default: 10000,
    unit: "ms",
    range: [10, 600_000],
    doc: "Deadline of a request, from the end of its body to its reply",
  }),
  bodyTimeoutMs: integer("GATEWAY_BODY_TIMEOUT_MS", {
    default: 5000,
    unit: "ms",
    range: [10, 600_000],
    doc: "Time in which nothing of a body may arrive, and over which its rate is judged",
  }),
  uploadTimeoutMs: integer("GATEWAY_UPLOAD_TIMEOUT_MS", {
    default: 60_000,
    unit: "ms",
    range: [10, 3_600_000],
    doc: "Time from a request's head to the end of its body, at whatever rate that arrives",
  }),
  bodyBytesPerSecondMin: integer("GATEWAY_BODY_BYTES_PER_SECOND_MIN", {
    default: 16 * 1024,
    unit: "bytes/s",
    range: [0, 1024 * MIB],
    doc:
      "Rate at which a body must arrive in each GATEWAY_BODY_TIMEOUT_MS, so that slow uploads cannot sit on permits",
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
  tensorInput: oneOf("GATEWAY_TENSOR_INPUT", {
    default: "off",
    values: ["off", "on"],
    doc:
      "Whether requests in KServe's protocol may have a model's own input, such as FP32 of 224 × 224 pixels, as clients of Triton send it",
  }),
  inflightRequestsMax: integer("GATEWAY_INFLIGHT_REQUESTS_MAX", {
    default: 256,
    unit: "requests",
    range: [1, 65_536],
    doc: "Requests in flight; one more is answered 429 before its body is read",
  }),
  latencyMsTarget: integer("GATEWAY_LATENCY_MS_TARGET", {
    default: 250,
    unit: "ms",
    range: [10, 60_000],
    doc:
      "Time from a request's last byte to its reply, on average, above which less is let in at once, and below which more is",
  }),
  clientAddressHeader: pattern("GATEWAY_CLIENT_ADDRESS_HEADER", {
    default: "",
    regex: /^[A-Za-z0-9-]{0,64}$/,
    allowed: "the name of a header, or nothing",
    doc:
      "Header in which a trusted proxy passes on a client's address, such as X-Forwarded-For: what one client may hold is counted by it, unless keys are asked for",
  }),
  inflightBytesMax: integer("GATEWAY_INFLIGHT_BYTES_MAX", {
    default: 256 * MIB,
    unit: "bytes",
    range: [1024, 16 * 1024 * MIB],
    doc: "Bodies in flight, in sum; counted as they arrive",
  }),
  inflightPixelsMax: integer("GATEWAY_INFLIGHT_PIXELS_MAX", {
    default: 200_000_000,
    unit: "pixels",
    range: [1, 10_000_000_000],
    doc: "Pixels of the images in flight, in sum",
  }),
  memoryBytesMax: integer("GATEWAY_MEMORY_BYTES_MAX", {
    default: 0,
    unit: "bytes",
    range: [0, 1024 * 1024 * MIB],
    doc:
      "Memory that bodies and decoding may hold, in sum; one image may take half of it. 0 takes half of the cgroup's limit, or the machine's memory, and at most 512 MiB plus 128 MiB a core",
  }),
} as const;
