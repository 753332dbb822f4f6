import assert from "node:assert/strict";
import { readModelManifest } from "../../testing/models/repository_manifests.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import type { ModelManifest, TextManifest } from "../contract/manifest.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { chooseManifest } from "./hub_manifest.ts";

const vit = readModelManifest("openclip_vit_b32");
const text = readModelManifest("openclip_vit_b32_text") as TextManifest;

function withWeights<Manifest extends ModelManifest>(
  manifest: Manifest,
  changes: object,
): Manifest {
  return { ...manifest, weights: { ...manifest.weights, ...changes } };
}

/** A repository with this manifest, and what is chosen for another one there. */
async function repositoryWith(present: ModelManifest) {
  const repository = await temporaryFolder();
  const folder = new ModelFolder(repository.path, present.name);
  await Deno.mkdir(folder.path);
  await Deno.writeTextFile(folder.pathOf("manifest.json"), JSON.stringify(present));
  return {
    ...repository,
    choose: (described: ModelManifest, version?: string) =>
      chooseManifest(new ModelFolder(repository.path, present.name, version), described),
  };
}

Deno.test("chooseManifest() takes the new one where there is none, for whatever version", async () => {
  await using repository = await temporaryFolder();
  for (const version of ["1", "2"]) {
    const folder = new ModelFolder(repository.path, vit.name, version);
    const expected = { manifest: vit, manifestPath: folder.pathOf("manifest.json") };
    assert.deepEqual(await chooseManifest(folder, vit), expected);
  }
});

Deno.test("chooseManifest() keeps one of the same weights: by digest, or by commit where nobody knows that", async () => {
  const kept: [object, object][] = [
    [{}, {}],
    [{}, { repo: "fork/of-it", revision: "other" }],
    [{ sha256: undefined }, {}],
    [{}, { sha256: undefined }],
  ];
  for (const [present, described] of kept) {
    const changed = { ...withWeights(vit, present), description: "ours" };
    await using repository = await repositoryWith(changed);
    const { manifest, manifestPath } = await repository.choose(withWeights(vit, described), "2");
    assert.deepEqual([manifest.description, manifestPath], ["ours", undefined]);
  }
});

Deno.test("chooseManifest() refuses a name of other weights, or of none", async () => {
  const others: [ModelManifest, ModelManifest, RegExp][] = [
    [vit, withWeights(vit, { sha256: "0".repeat(64) }), /is one of laion\/.+@1a25a446/],
    [
      withWeights(vit, { sha256: undefined }),
      withWeights(vit, { revision: "b" }),
      /is one of laion/,
    ],
    [readModelManifest("dct_512"), { ...vit, name: "dct_512" }, /is one of no weights: choose /],
    [text, { ...vit, name: text.name }, /is one of laion/],
  ];
  for (const [present, described, message] of others) {
    await using repository = await repositoryWith(present);
    await assert.rejects(repository.choose(described), message);
  }
});

Deno.test("chooseManifest() gives a version of other weights a manifest of its own, with the model's serving", async () => {
  const { serving } = vit;
  const present = { ...vit, max_batch_size: 4, serving: { ...serving, warmup_batch_sizes: [4] } };
  await using repository = await repositoryWith(present);
  const other = withWeights(vit, { sha256: "0".repeat(64) });
  const { manifest, manifestPath } = await repository.choose(other, "2");
  assert.equal(manifestPath, `${repository.path}/${vit.name}/2/manifest.json`);
  assert.deepEqual(manifest, {
    ...other,
    max_batch_size: 4,
    serving: { ...serving, warmup_batch_sizes: [4] },
  });
});

Deno.test("chooseManifest() makes no version of what the model's configuration or vocabulary are not of", async () => {
  const { vocabulary } = text.tokenizer;
  const other = withWeights(text, { sha256: "0".repeat(64) });
  const refusals: [ModelManifest, RegExp][] = [
    [
      { ...other, output: { ...text.output, shape: [7] } },
      /its output must be .+512.+: current value is .+7/,
    ],
    [{ ...other, input: { ...text.input, name: "ids" } }, /its input must be /],
    [
      { ...other, tokenizer: { ...text.tokenizer, vocabulary: { ...vocabulary, sha256: "1" } } },
      /its tokenizer must be /,
    ],
    [
      { ...withWeights(vit, { sha256: "0".repeat(64) }), name: text.name },
      /its modality must be "text"/,
    ],
  ];
  await using repository = await repositoryWith(text);
  for (const [described, message] of refusals) {
    await assert.rejects(repository.choose(described, "2"), message);
  }
});
