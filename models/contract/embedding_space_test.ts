import assert from "node:assert/strict";
import { readRepositoryManifest } from "../../testing/models/repository_manifests.ts";
import { embeddingSpace } from "./embedding_space.ts";

const vit = readRepositoryManifest("openclip_vit_b32");

Deno.test("embeddingSpace() is one for variants of a model, and another one for other models", () => {
  const space = (name: string) => embeddingSpace(readRepositoryManifest(name));
  assert.match(space("dct_512"), /^s1-[0-9a-f]{16}$/);
  assert.equal(space("dct_512_u8"), space("dct_512"));
  assert.notEqual(space("openclip_vit_b32"), space("dct_512"));
  for (const variant of ["int8", "trt", "u8"]) {
    assert.equal(space(`openclip_vit_b32_${variant}`), space("openclip_vit_b32"), variant);
  }
});

Deno.test("embeddingSpace() goes by weights and width, not by names", () => {
  const { weights, output } = vit;
  assert.equal(embeddingSpace({ ...vit, name: "other" }), embeddingSpace(vit));
  for (
    const changes of [
      { weights: { ...weights, sha256: "0".repeat(64) } },
      { weights: { ...weights, sha256: undefined } },
      { output: { ...output, shape: [256] } },
    ]
  ) {
    const other = { ...vit, ...changes } as typeof vit;
    assert.notEqual(embeddingSpace(other), embeddingSpace(vit), JSON.stringify(changes));
  }
});
