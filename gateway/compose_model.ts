/** Builds one served model, leaves first; the stack takes it down in reverse. */
import { jpegDecoderName } from "../preprocess/decode/jpeg/jpeg_decoders.ts";
import { composeEngine } from "./compose_engine.ts";
import { composePhotos, photoSettings, proveSettings } from "./compose_photos.ts";
import { configuredModel } from "./configured_model.ts";
import { EmbeddingCache } from "./embed/embedding_cache.ts";
import { rememberedPreprocessIds } from "./embed/preprocess_id.ts";
import { ServedModel } from "./embed/served_model.ts";
import type { ModelSetup } from "./model_setup.ts";

const GOLDEN_PHOTO = new URL("../models/contract/golden_photo.jpg", import.meta.url);
/**
 * Builds the model that the configuration names.
 *
 * @throws {Error} when it cannot be served, or preprocessing is not exact.
 */
export async function composeModel(
  setup: ModelSetup,
  stack: AsyncDisposableStack,
): Promise<ServedModel> {
  const { config, metrics, parts, isolates } = setup;
  const folder = await configuredModel(config);
  const [manifest, golden] = await Promise.all([folder.imageManifest(), folder.golden()]);
  const telemetry = setup.telemetry.ofModel(manifest.name);
  const settings = photoSettings(config, manifest, telemetry);
  const photo = await Deno.readFile(GOLDEN_PHOTO);
  await proveSettings(settings, photo, golden);
  // Before the workers, so that it goes after them: they write into its slots.
  const engine = parts.engine ??
    await composeEngine(
      { config, manifest, folder, golden, telemetry, isolates, regions: parts.regions },
      stack,
    );
  const { encoder, pool } = await composePhotos(settings, setup, { engine, telemetry, stack });
  const cache = config.cacheBytes === 0 ? undefined : new EmbeddingCache({
    bytesMax: Math.floor(config.cacheBytes / isolates),
    onEvicted: () => telemetry.cacheEvicted(),
  });
  metrics.addModelGauges(manifest.name, {
    slotsInUse: () => engine.slots.inUse,
    slotsTotal: () => parts.engine === undefined ? config.slots : engine.slots.total,
    imagesQueued: () => pool?.queued ?? 0,
    cacheBytes: () => cache?.usage.bytes ?? 0,
    cacheImages: () => cache?.usage.images ?? 0,
  });
  const jpegDecoder = jpegDecoderName(settings.turboJpegPath);
  return new ServedModel({
    manifest,
    engine,
    encoder,
    cache,
    preprocessId: parts.preprocessId ?? rememberedPreprocessIds((options) => {
      const { modelDigest, inputDatatype } = engine.description;
      return { ...settings, modelDigest, inputDatatype, jpegDecoder, ...options };
    }),
    jpegDecoder,
    telemetry,
    ...parts.readiness && { readiness: parts.readiness },
    health: {
      freshMsMax: config.readySecondsMax * 1000,
      checkTimeoutMs: config.requestTimeoutMs,
      canary: { photo, golden },
      canEncode: () => !pool?.isBroken,
      servesUnproven: config.serveUnproven === "on",
    },
  });
}
