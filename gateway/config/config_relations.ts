/** What settings must be to each other: limits that contradict each other would only show under load. */
import type { Config } from "./config_fields.ts";

/** A cache of fewer bytes holds so few embeddings that a zero was forgotten. */
const CACHE_BYTES_MIN = 1024 * 1024;

/** Bytes that base64 and JSON around it may take for images of the given bytes. */
function base64BodyBytes(imageBytes: number): number {
  return Math.ceil((imageBytes * 4) / 3) + 1024;
}

/** Every relation that does not hold, in words. */
export function relationProblems(config: Config): string[] {
  const relations: [boolean, string][] = [
    [
      base64BodyBytes(config.imageBytesMax) <= config.bodyBytesMax,
      `GATEWAY_BODY_BYTES_MAX must hold one image of GATEWAY_IMAGE_BYTES_MAX as base64: it must be ≥ ${
        base64BodyBytes(config.imageBytesMax)
      }`,
    ],
    [
      config.requestImagesMax <= config.slots,
      "GATEWAY_REQUEST_IMAGES_MAX must be ≤ GATEWAY_SLOTS",
    ],
    [
      config.imagePixelsMax <= config.inflightPixelsMax,
      "GATEWAY_IMAGE_PIXELS_MAX must be ≤ GATEWAY_INFLIGHT_PIXELS_MAX",
    ],
    [
      config.bodyBytesMax <= config.inflightBytesMax,
      "GATEWAY_BODY_BYTES_MAX must be ≤ GATEWAY_INFLIGHT_BYTES_MAX",
    ],
    [
      config.bodyTimeoutMs <= config.requestTimeoutMs,
      "GATEWAY_BODY_TIMEOUT_MS must be ≤ GATEWAY_REQUEST_TIMEOUT_MS",
    ],
    [
      config.imageTimeoutMs <= config.requestTimeoutMs,
      "GATEWAY_IMAGE_TIMEOUT_MS must be ≤ GATEWAY_REQUEST_TIMEOUT_MS",
    ],
    [
      config.memoryBytesMax === 0 || config.memoryBytesMax >= 2 * config.bodyBytesMax,
      "GATEWAY_MEMORY_BYTES_MAX must be 0 or ≥ 2 × GATEWAY_BODY_BYTES_MAX",
    ],
    [
      config.cacheBytes === 0 || config.cacheBytes >= CACHE_BYTES_MIN,
      `GATEWAY_CACHE_BYTES must be 0 or ≥ ${CACHE_BYTES_MIN}`,
    ],
  ];
  return relations.filter(([holds]) => !holds).map(([, problem]) => problem);
}
