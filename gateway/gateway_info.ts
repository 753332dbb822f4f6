/** What /info and the landing page tell: the effective limits, the model and the versions. */
import type { ModelManifest } from "../models/contract/manifest.ts";
import type { Config } from "./config/config.ts";
import type { Engine } from "./engine/engine.ts";
import type { Info } from "./http/info.ts";
import { ACCEPTED_FORMATS } from "../preprocess/header/format.ts";
import type { ImageOptions } from "../preprocess/contract/image_options.ts";
import { NAME, VERSION } from "./config/version.ts";

/** What there is to tell about. */
export interface GatewayParts {
  readonly config: Config;
  readonly engine: Engine;
  readonly manifest: ModelManifest;
  readonly preprocessId: (options: ImageOptions) => string;
  readonly jpegDecoder: string;
}

/** Describes a running gateway. */
export function gatewayInfo(parts: GatewayParts): Info {
  const { config, engine, manifest, preprocessId, jpegDecoder } = parts;
  return {
    name: NAME,
    version: VERSION,
    engine: engine.description,
    model: {
      name: manifest.name,
      description: manifest.description,
      license: manifest.license,
    },
    preprocess_id: {
      none: preprocessId({ orient: "none", decode: "exact" }),
      exif: preprocessId({ orient: "exif", decode: "exact" }),
      fast_none: preprocessId({ orient: "none", decode: "fast" }),
      fast_exif: preprocessId({ orient: "exif", decode: "fast" }),
    },
    decode: { default: config.decode, fast_scale_min: config.fastDecodeScaleMin },
    jpeg_decoder: jpegDecoder,
    accepted_formats: ACCEPTED_FORMATS,
    limits: {
      request_images: config.requestImagesMax,
      request_body_bytes: config.bodyBytesMax,
      request_timeout_ms: config.requestTimeoutMs,
      image_bytes: config.imageBytesMax,
      image_pixels: config.imagePixelsMax,
      image_scans: config.imageScansMax,
      slots: config.slots,
      cache_bytes: config.cacheBytes,
    },
    versions: { deno: Deno.version.deno, v8: Deno.version.v8, typescript: Deno.version.typescript },
  };
}
