import assert from "node:assert/strict";
import { parseManifest } from "../model/manifest.ts";
import { buildModel } from "./export_model.ts";

const manifest = parseManifest(await Deno.readTextFile("model_repository/dct_512/manifest.json"));

Deno.test("buildModel() gives equal bytes for equal manifests, and others for others", () => {
  const model = buildModel(manifest);
  assert.deepEqual(buildModel(structuredClone(manifest)), model);
  const architecture = { ...manifest.architecture, knee: 0.1 };
  assert.notDeepEqual(buildModel({ ...manifest, architecture }), model);
});
