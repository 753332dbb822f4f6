import assert from "node:assert/strict";
import { siglipTrunk } from "./siglip_trunks.ts";

Deno.test("siglipTrunk() reads a trunk's numbers from its name in timm", () => {
  const base = {
    width: 768,
    layers: 12,
    heads: 12,
    patchSize: 16,
    imageSize: 224,
    mlpRatio: 4,
    isTanh: false,
  };
  assert.deepEqual(siglipTrunk("vit_base_patch16_siglip_224"), base);
  assert.deepEqual(siglipTrunk("vit_base_patch16_siglip_384.v2_webli"), {
    ...base,
    imageSize: 384,
  });
  assert.deepEqual(siglipTrunk("vit_giantopt_patch16_siglip_256"), {
    ...base,
    width: 1536,
    layers: 40,
    heads: 16,
    imageSize: 256,
    isTanh: true,
  });
});

Deno.test("siglipTrunk() knows no trunk that timm does not have, or that pools otherwise", () => {
  for (
    const name of [
      "vit_base_patch16_siglip_640",
      "vit_base_patch16_siglip_gap_224",
      "vit_huge_patch14_siglip_224",
      "vit_base_patch16_224",
      "xvit_base_patch16_siglip_224",
      "toString",
      "",
    ]
  ) {
    assert.equal(siglipTrunk(name), undefined, name);
  }
});
