/** What may be in flight at once, and how long it may take, as the settings have it. */
import type { Config } from "./config/config_fields.ts";
import { imageMemoryBytesMax } from "./config/memory_budget.ts";
import { textsMax } from "./config/text_fields.ts";
import { Admission, type AdmissionPlace } from "./http/admission.ts";
import { BodyParser } from "./http/body_parser.ts";
import { Uploads } from "./http/uploads.ts";

/** Of the requests in flight, those whose bodies may take their time; the rest is for those who are ready. */
const SLOW_SHARE = 0.5;

/** Counts what is in flight, in memory that isolates share where there are several. */
export function createAdmission(config: Config, place: AdmissionPlace | undefined): Admission {
  const limits = {
    requestsMax: config.inflightRequestsMax,
    bytesMax: config.inflightBytesMax,
    pixelsMax: config.inflightPixelsMax,
    inputsMax: config.slots,
    memoryBytesMax: config.memoryBytesMax,
    imageMemoryBytesMax: imageMemoryBytesMax(config),
    latencyMsTarget: config.latencyMsTarget,
  };
  return new Admission(limits, place, config.models);
}

/** Reads bodies no longer and no more than is allowed. */
export function createParser(config: Config): BodyParser {
  return new BodyParser({
    limits: {
      imagesMax: config.requestImagesMax,
      imageBytesMax: config.imageBytesMax,
      textsMax: textsMax(config),
      textCharactersMax: config.textCharactersMax,
      takesUrls: config.urlInput !== "off",
      takesTensors: config.tensorInput === "on",
    },
    queueMax: config.inflightRequestsMax,
  });
}

/** Holds clients to a least rate; `isolates` share the requests in flight. */
export function createUploads(config: Config, isolates: number, admission: Admission): Uploads {
  return new Uploads({
    idleMsMax: config.bodyTimeoutMs,
    bytesPerSecondMin: config.bodyBytesPerSecondMin,
    totalMsMax: config.uploadTimeoutMs,
    slowMax: Math.ceil(config.inflightRequestsMax * SLOW_SHARE / isolates),
    isRoomShort: () => admission.isRoomShort,
  });
}
