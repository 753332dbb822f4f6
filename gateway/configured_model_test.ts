import assert from "node:assert/strict";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_LIMITS } from "../preprocess/contract/image_limits.ts";
import { parseConfig } from "./config/config.ts";
import { configuredLimits, configuredModel, repositoryPath } from "./configured_model.ts";

const PROJECT = fileURLToPath(new URL("../", import.meta.url));

Deno.test("a model repository is relative to the project, unless it is absolute", () => {
  assert.equal(repositoryPath("model_repository"), resolve(PROJECT, "model_repository"));
  assert.equal(repositoryPath("/models"), "/models");
});

Deno.test("configuredModel() gives the model's folder, or names the settings that are wrong", async () => {
  const { config } = parseConfig({});
  const folder = await configuredModel(config);
  assert.deepEqual(
    [folder.name, folder.path],
    ["dct_512", resolve(PROJECT, "model_repository/dct_512")],
  );
  await assert.rejects(configuredModel({ ...config, modelRepository: "/nowhere" }), {
    name: "ModelNotFoundError",
    message:
      "GATEWAY_MODEL=dct_512, GATEWAY_MODEL_REPOSITORY=/nowhere: Cannot read model repository /nowhere: there is no such folder",
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
