import assert from "node:assert/strict";
import { towerNames } from "./model_names.ts";

Deno.test("towerNames() makes names of a hub's", () => {
  const names: [string, string][] = [
    ["laion/CLIP-ViT-L-14-laion2B-s32B-b82K", "clip_vit_l_14_laion2b_s32b_b82k"],
    ["timm/ViT-B-16-SigLIP", "vit_b_16_siglip"],
    ["a/--x..Y__z-", "x_y_z"],
  ];
  for (const [repo, image] of names) {
    assert.deepEqual(towerNames(repo, undefined), { image, text: `${image}_text` });
  }
  assert.deepEqual(towerNames("a/b", "B_32"), { image: "B_32", text: "B_32_text" });
});

Deno.test("towerNames() refuses what no model can be called, and says how to choose a name", () => {
  const refusals: [string, string | undefined, RegExp][] = [
    ["a/--", undefined, /current value is empty; choose one by --name$/],
    [`a/${"x".repeat(60)}`, undefined, /59 at most: current value is x{60}; /],
    ["a/b", "../b", /letters, digits and underscores, 59 at most: current value is \.\.\/b; /],
    ["a/b", "", /current value is empty; /],
  ];
  for (const [repo, name, message] of refusals) {
    assert.throws(() => towerNames(repo, name), { name: "RangeError", message });
  }
  assert.equal(towerNames(`a/${"x".repeat(59)}`, undefined).text.length, 64);
});
