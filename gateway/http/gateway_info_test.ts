import assert from "node:assert/strict";
import { jpegDecoderName } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import { findTurboJpeg } from "../../preprocess/decode/jpeg/turbojpeg_library.ts";
import { startGateway } from "../../testing/harness.ts";

const PREPROCESS_ID = /^p\d+-[0-9a-f]{16}$/;

Deno.test("gatewayInfo() tells a client of /info: engine, model, limits, preprocess ids, decoder, versions", async () => {
  await using gateway = await startGateway({
    GATEWAY_IMAGE_SCANS_MAX: "50",
    GATEWAY_REQUEST_TIMEOUT_MS: "70000",
    GATEWAY_MEMORY_BYTES_MAX: "805306368",
    GATEWAY_FAST_DECODE_SCALE_MIN: "3",
  });
  const info = await (await fetch(`${gateway.url}/info`)).json();
  const { engine, preprocess_id, versions, version, models, ...rest } = info;
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(rest, {
    name: "triton-edge-gateway",
    model: {
      name: "dct_512",
      description: rest.model.description,
      license: "MIT",
    },
    jpeg_decoder: jpegDecoderName(findTurboJpeg().path),
    orient: { default: "none" },
    decode: { default: "exact", fast_scale_min: 3 },
    accepted_formats: ["jpeg", "png", "webp", "gif", "bmp", "tiff"],
    url_input: "off",
    limits: {
      request_images: 32,
      request_texts: 32,
      text_characters: 5000,
      request_body_bytes: 33_554_432,
      request_timeout_ms: 70_000,
      image_bytes: 8_388_608,
      image_pixels: 25_000_000,
      image_scans: 50,
      image_cost_ms: 2500,
      memory_bytes: 805_306_368,
      slots: 32,
      cache_bytes: 0,
    },
  });
  assert.match(engine.modelDigest, /^[0-9a-f]{64}$/);
  assert.match(engine.runtime, /^onnxruntime 1\./);
  assert.deepEqual({ ...engine, modelDigest: "", runtime: "" }, {
    engine: "embedded",
    model: "dct_512",
    modelDigest: "",
    inputDatatype: "FP32",
    inputByteLength: 602_112,
    embeddingDim: 512,
    tensorPath: "memory",
    batchImagesMax: 8,
    memory: { slotBytes: 33 * 602_112, modelBytes: engine.memory.modelBytes, threads: 1 },
    runtime: "",
  });
  assert.ok(engine.memory.modelBytes > 10_000);
  assert.deepEqual(Object.keys(preprocess_id), ["none", "exif", "fast_none", "fast_exif"]);
  const ids = Object.values(preprocess_id as Record<string, string>);
  for (const id of ids) assert.match(id, PREPROCESS_ID);
  assert.equal(new Set(ids).size, 4);
  assert.equal(versions.deno, Deno.version.deno);
  assert.deepEqual(models.map(({ name }: { name: string }) => name), ["dct_512"]);
});
