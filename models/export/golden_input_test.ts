import assert from "node:assert/strict";
import { DCT_MODEL } from "../../testing/dct_model.ts";
import { sha256 } from "../../testing/digest.ts";
import { readModelManifest, readTextManifest } from "../../testing/models/repository_manifests.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { TINY_END, TINY_MERGES, TINY_START } from "../../testing/tokens/tiny_vocabulary.ts";
import { GOLDEN_TEXT } from "./golden_embedding.ts";
import { goldenInput } from "./golden_input.ts";

Deno.test("goldenInput() of a model of pictures is the photo that the committed record is of", async () => {
  const input = await goldenInput(readModelManifest("dct_512"), undefined);
  assert.ok("input" in input);
  const golden = await DCT_MODEL.golden();
  assert.deepEqual([input.sample, sha256(input.input)], [golden.sample, golden.inputSha256]);
});

Deno.test("goldenInput() of a model of texts is the sentence by its vocabulary", async () => {
  await using folder = await temporaryFolder();
  const vocabulary = `${folder.path}/merges.txt`;
  await Deno.writeTextFile(vocabulary, TINY_MERGES);
  const manifest = readTextManifest("openclip_vit_b32_text");
  const input = await goldenInput(manifest, vocabulary);
  assert.ok("ids" in input);
  assert.deepEqual(input.sample, { text: GOLDEN_TEXT });
  assert.equal(input.ids.length, 77);
  assert.deepEqual([input.ids[0], input.ids.includes(TINY_END)], [TINY_START, true]);

  const architecture = { ...manifest.architecture, vocab_size: TINY_END };
  await assert.rejects(goldenInput({ ...manifest, architecture }, vocabulary), {
    name: "RangeError",
    message:
      "Cannot export openclip_vit_b32_text: vocab_size must be at least the vocabulary's 524: " +
      "current value is 523",
  });
  await Deno.writeTextFile(vocabulary, "{}");
  await assert.rejects(goldenInput(manifest, vocabulary), { name: "SyntaxError" });
});
