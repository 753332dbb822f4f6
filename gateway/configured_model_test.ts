import assert from "node:assert/strict";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { parseConfig } from "./config/config.ts";
import {
  configuredImageModel,
  configuredLimits,
  configuredModel,
  configuredModels,
  repositoryPath,
} from "./configured_model.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

Deno.test("a model repository is relative to the project, unless it is absolute", () => {
  assert.equal(repositoryPath("model_repository"), resolve(PROJECT, "model_repository"));
  assert.equal(repositoryPath("/models"), "/models");
});

Deno.test("configuredModel() gives the model's folder, or names the settings that are wrong", async () => {
  const { config } = parseConfig({});
  const { folder, version } = await configuredModel(config, "dct_512");
  assert.equal(version, undefined);
  assert.deepEqual(
    [folder.name, folder.path],
    ["dct_512", resolve(PROJECT, "model_repository/dct_512")],
  );
  await assert.rejects(configuredModel({ ...config, modelRepository: "/nowhere" }, "dct_512"), {
    name: "ModelNotFoundError",
    message:
      "GATEWAY_MODELS=dct_512, GATEWAY_MODEL_REPOSITORY=/nowhere: Cannot read model repository /nowhere: there is no such folder",
  });
});

Deno.test("configuredImageModel() is the first that embeds images, or else the first", async () => {
  for (
    const [names, expected] of [
      ["openclip_vit_b32_text,dct_512_u8,dct_512", "dct_512_u8"],
      ["openclip_vit_b32_text", "openclip_vit_b32_text"],
    ] as const
  ) {
    const { config } = parseConfig({ GATEWAY_MODELS: names });
    assert.equal((await configuredImageModel(config)).name, expected);
  }
});

Deno.test("configuredModels() are all that settings name, in that order, or the first that is not there", async () => {
  const { config } = parseConfig({ GATEWAY_MODELS: "dct_512_u8,dct_512:1" });
  assert.deepEqual(
    (await configuredModels(config)).map((
      { served, version, folder },
    ) => [served, version, folder.name, folder.version]),
    [["dct_512_u8", undefined, "dct_512_u8", "1"], ["dct_512:1", "1", "dct_512", "1"]],
  );
  const { config: wrong } = parseConfig({ GATEWAY_MODELS: "dct_512,nope:2" });
  await assert.rejects(configuredModels(wrong), {
    message: /^GATEWAY_MODELS=dct_512,nope:2, GATEWAY_MODEL_REPOSITORY=.*: Cannot find model nope /,
  });
});

Deno.test("configuredLimits() are the settings, with the shorter of both times", () => {
  const { config } = parseConfig({ GATEWAY_IMAGE_PIXELS_MAX: "7", GATEWAY_IMAGE_SCANS_MAX: "3" });
  const memoryBytesMax = 2 * DEFAULT_LIMITS.decodeBytesMax;
  assert.deepEqual(configuredLimits({ ...config, memoryBytesMax }), {
    ...DEFAULT_LIMITS,
    pixelsMax: 7,
    scansMax: 3,
  });
  const hasty = { ...config, memoryBytesMax, imageTimeoutMs: 20 };
  assert.equal(configuredLimits(hasty).decodeMsMax, 20);
});
