/** What /info and the landing page tell: the effective limits, the model and the versions. */
import { ACCEPTED_FORMATS } from "../../preprocess/header/format.ts";
import type { Config } from "../config/config_fields.ts";
import { textsMax } from "../config/text_fields.ts";
import { NAME, VERSION } from "../config/version.ts";
import type { Models } from "../embed/models.ts";
import type { Info } from "./info.ts";
import { modelInfo, preprocessIds } from "./model_info.ts";

/** Describes a running gateway of `isolates` isolates. */
export function gatewayInfo(config: Config, models: Models, isolates: number): Info {
  const model = models.default;
  const { manifest } = model;
  return {
    name: NAME,
    version: VERSION,
    engine: model.engine,
    model: {
      name: manifest.name,
      description: manifest.description,
      license: manifest.license,
    },
    preprocess_id: preprocessIds(model),
    orient: { default: config.orient },
    decode: { default: config.decode, fast_scale_min: config.fastDecodeScaleMin },
    jpeg_decoder: model.jpegDecoder ?? "none",
    accepted_formats: ACCEPTED_FORMATS,
    url_input: config.urlInput,
    limits: {
      request_images: config.requestImagesMax,
      request_body_bytes: config.bodyBytesMax,
      request_timeout_ms: config.requestTimeoutMs,
      request_texts: textsMax(config),
      text_characters: config.textCharactersMax,
      image_bytes: config.imageBytesMax,
      image_pixels: config.imagePixelsMax,
      image_scans: config.imageScansMax,
      image_cost_ms: Math.min(config.imageCostMsMax, config.imageTimeoutMs),
      memory_bytes: config.memoryBytesMax,
      slots: config.slots,
      cache_bytes: config.cacheBytes,
    },
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, typescript: Deno.version.typescript },
    models: models.all.map((served) => modelInfo(served, { models, config, isolates })),
  };
}
