import assert from "node:assert/strict";
import { parseOpenClipConfig, parsePreprocessConfig, parseVisionConfig } from "./model_config.ts";

Deno.test("parseOpenClipConfig() refuses what is malformed or not known", () => {
  const refusals: [string, RegExp][] = [
    ["", /^open_clip_config\.json is no JSON: /],
    ["[]", /^open_clip_config\.json is malformed: Invalid input: expected object, received array$/],
    ["{}", /^model_cfg is malformed: /],
    ['{"model_cfg":[]}', /^model_cfg is malformed: /],
    [
      '{"model_cfg":{"embed_dim":512,"vision_cfg":{},"text_cfg":{},"audio_cfg":{}}}',
      /^model_cfg\.audio_cfg is not known here, and may change vectors$/,
    ],
    [
      '{"model_cfg":{"embed_dim":0.5,"vision_cfg":{},"text_cfg":{}}}',
      /^model_cfg\.embed_dim is malformed/,
    ],
  ];
  for (const [config, message] of refusals) {
    assert.throws(() => parseOpenClipConfig(config), { name: "UnsupportedModelError", message });
  }
});

Deno.test("a field that is null is an absent one, as in Python", () => {
  const model_cfg = { embed_dim: 8, vision_cfg: { ls_init_value: null }, text_cfg: {} };
  const { model, preprocess } = parseOpenClipConfig(
    JSON.stringify({ model_cfg, preprocess_cfg: null }),
  );
  assert.equal(parseVisionConfig(model).ls_init_value, undefined);
  assert.deepEqual(preprocess, {});
  assert.equal(parsePreprocessConfig({ mean: null }).mean, undefined);
});
