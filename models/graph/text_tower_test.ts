import assert from "node:assert/strict";
import { embedIds } from "../../testing/models/run_tower.ts";
import { readTowerGolden, readTowerGoldens } from "../../testing/models/tower_goldens.ts";
import type { OpenClipTextArchitecture } from "../contract/architecture.ts";
import type { TextManifest } from "../contract/manifest.ts";
import { compareEmbeddings } from "../contract/vectors.ts";

const { checkpoint, text: first } = readTowerGolden("vit_b_32");

function quantized(
  manifest: TextManifest,
  quantization: OpenClipTextArchitecture["quantization"],
): TextManifest {
  return { ...manifest, architecture: { ...manifest.architecture, quantization } };
}

for (const { name, checkpoint, text: { manifest, ids, embeddings } } of readTowerGoldens()) {
  const embed = (manifest: TextManifest, some = ids) => embedIds({ manifest, checkpoint }, some);

  Deno.test(`addTextTower() computes what open_clip computes: ${name}`, async () => {
    const actual = await embed(manifest);
    assert.equal(actual.length, embeddings.length);
    embeddings.forEach((expected, index) => {
      const { maxDifference } = compareEmbeddings(actual[index] as Float32Array, expected);
      assert.ok(maxDifference <= 1e-5, `text ${index}: largest difference is ${maxDifference}`);
    });
  });

  Deno.test(`addTextTower() changes very little in FP16, and little in 8 bits: ${name}`, async () => {
    const half = await embed(quantized(manifest, "float16"));
    for (const [index, expected] of embeddings.entries()) {
      const { cosine } = compareEmbeddings(half[index] as Float32Array, expected);
      assert.ok(cosine >= 0.9999 && cosine < 1 - 1e-11, `FP16: cosine is ${cosine}`);
      const int8 = await embed(quantized(manifest, "int8_dynamic"), [ids[index] as typeof ids[0]]);
      const { cosine: int8Cosine } = compareEmbeddings(int8[0] as Float32Array, expected);
      assert.ok(int8Cosine > 0.9 && int8Cosine < 1 - 1e-9, `8 bits: cosine is ${int8Cosine}`);
    }
  });
}

Deno.test("addTextTower() gives texts of a batch the bits that they have alone, whatever their lengths", async () => {
  const { context_length, vocab_size } = first.manifest.architecture;
  const texts = [2, 7, 8, 9, 15, 31, 50, context_length].map((length) => {
    const ids = new Int32Array(context_length);
    ids.set(Array.from({ length }, (_, index) => (index * index) % (vocab_size - 1)));
    ids[length - 1] = vocab_size - 1;
    return ids;
  });
  const together = await embedIds({ manifest: first.manifest, checkpoint }, texts);
  for (const [index, ids] of texts.entries()) {
    const [alone] = await embedIds({ manifest: first.manifest, checkpoint }, [ids]);
    assert.deepEqual(together[index], alone, `text ${index}`);
  }
});

Deno.test("addTextTower() does not mind what stands behind the pooled token", async () => {
  const [ids] = first.ids as [Int32Array];
  const end = ids.indexOf(Math.max(...ids));
  const padded = ids.map((id, index) => index > end ? 7 : id);
  const source = { manifest: first.manifest, checkpoint };
  assert.deepEqual(await embedIds(source, [padded]), await embedIds(source, [ids]));
});

Deno.test("addTextTower() embeds what warm-up sends, ids of zeros only", async () => {
  const [embedding] = await embedIds({ manifest: first.manifest, checkpoint }, [
    new Int32Array(first.manifest.architecture.context_length),
  ]);
  assert.ok(embedding?.every(Number.isFinite));
});

const broken: [Partial<OpenClipTextArchitecture>, string][] = [
  [{ heads: 5 }, "Cannot build openclip_vit_b32_text: heads must divide 16: current value is 5"],
  [
    { vocab_size: 49408 },
    "Cannot use tensor token_embedding.weight: its shape must be [49408,16]: current value is [40,16]",
  ],
  [
    { projection: "none" },
    "Cannot build openclip_vit_b32_text: output must hold 16 elements without a projection: current value is 20",
  ],
  [{ projection: "linear_bias" }, "Cannot find tensor text_projection.weight in the checkpoint"],
  [
    { layers: 1 },
    "Cannot build openclip_vit_b32_text: its checkpoint has transformer.resblocks.1.attn.in_proj_bias, " +
    "for which the manifest's architecture has no place",
  ],
];
for (const [change, message] of broken) {
  Deno.test(`addTextTower() rejects ${JSON.stringify(change)} for this checkpoint`, async () => {
    const architecture = { ...first.manifest.architecture, ...change };
    const manifest = { ...first.manifest, architecture };
    await assert.rejects(embedIds({ manifest, checkpoint }, first.ids), {
      name: "RangeError",
      message,
    });
  });
}
