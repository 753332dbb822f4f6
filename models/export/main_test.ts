import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FakeHubRepositories } from "../../testing/models/fake_hub_repositories.ts";
import { readTextManifest } from "../../testing/models/repository_manifests.ts";
import { type TensorSource, writeSafetensors } from "../../testing/models/safetensors_file.ts";
import { seededTensor, textShapes, visualShapes } from "../../testing/models/seeded_weights.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { runTask } from "../../testing/task.ts";
import { sha256 } from "../../testing/digest.ts";
import { readMerges } from "../../testing/tokens/read_tokens.ts";
import { TINY_END, TINY_MERGES } from "../../testing/tokens/tiny_vocabulary.ts";
import { Tokenizer } from "../../tokenize/tokenizer.ts";
import { parseVocabulary } from "../../tokenize/vocabulary.ts";
import { embeddingSpace } from "../contract/embedding_space.ts";
import type { ImageManifest, TextManifest } from "../contract/manifest.ts";
import { describeTowers } from "../open_clip/describe_towers.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { GOLDEN_TEXT } from "./golden_embedding.ts";

const WEIGHTS = "open_clip_model.safetensors";
const COMMIT = "a".repeat(40);
const CONFIG = JSON.stringify({
  model_cfg: {
    embed_dim: 8,
    vision_cfg: { image_size: 32, patch_size: 16, width: 16, head_width: 8, layers: 2 },
    text_cfg: { width: 8, heads: 2, layers: 2 },
  },
  preprocess_cfg: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
});
const CACHE = new URL("../../.cache/weights/", import.meta.url);

/** A hub with an owner of its own, as the command's cache is the project's; a folder; and the task that a person types. */
async function setUp() {
  const hub = new FakeHubRepositories();
  const folder = await temporaryFolder();
  const owner = `test-${crypto.randomUUID()}`;
  const repository = `${folder.path}/models`;
  await Deno.mkdir(repository);
  return {
    hub,
    repo: `${owner}/CLIP-Tiny`,
    path: folder.path,
    model: (name: string, version?: string) => new ModelFolder(repository, name, version),
    run: (...args: string[]) =>
      runTask("model", ["--repository", repository, ...args], {
        env: { HF_ENDPOINT: hub.endpoint },
        cwd: folder.path,
      }),
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      await Deno.remove(new URL(owner, CACHE), { recursive: true }).catch(() => {});
    },
  };
}

/** A checkpoint with seeded weights, in a file of its own for as long as it takes to read it. */
async function checkpointOf(tensors: readonly TensorSource[]): Promise<Uint8Array<ArrayBuffer>> {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/w.safetensors`;
  await writeSafetensors(path, tensors);
  return await Deno.readFile(path);
}

function idsDigest(merges: string, contextLength: number): string {
  const { ids } = new Tokenizer(parseVocabulary(merges), { contextLength }).encode(GOLDEN_TEXT);
  return createHash("sha256").update(new Uint8Array(ids.buffer)).digest("hex");
}

const merges = readMerges();
Deno.test({
  name: "deno task model hf-hub:… makes both models of a checkpoint, of one space, ready to serve",
  // Put there by testing/tokens/make_vocabulary.py.
  ignore: merges === undefined,
  fn: async () => {
    await using test = await setUp();
    const towers = describeTowers(CONFIG, {
      weights: { repo: test.repo, revision: COMMIT, file: WEIGHTS },
      license: "mit",
      names: { image: "clip_tiny", text: "clip_tiny_text" },
    }) as { image: ImageManifest; text: TextManifest };
    const weights = await checkpointOf(
      [...visualShapes(towers.image), ...textShapes(towers.text)]
        .map((shape) => seededTensor(shape, 1)),
    );
    const files = {
      "open_clip_config.json": CONFIG,
      [WEIGHTS]: weights,
      "merges.txt": merges ?? "",
    };
    test.hub.add(test.repo, files).card = { license: "mit" };
    const { code, stdout, stderr } = await test.run(`hf-hub:${test.repo}`);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^hf-hub:${test.repo} is at commit ${COMMIT}\n`));
    const [image, text] = [test.model("clip_tiny"), test.model("clip_tiny_text")];
    const pinned = { ...towers.image.weights, sha256: sha256(weights) };
    const [ofImage, ofText] = [await image.manifest(), await text.manifest()];
    assert.deepEqual(ofImage, { ...towers.image, weights: pinned });
    assert.deepEqual(ofText, { ...towers.text, weights: pinned });
    assert.equal(embeddingSpace(ofImage), embeddingSpace(ofText));
    for (const folder of [image, text]) {
      assert.equal((await folder.golden()).embedding.length, 8);
      assert.equal((await folder.onnx()).model, folder.pathOf("model.onnx"));
      assert.ok(await folder.has("config.pbtxt"));
    }
    assert.equal(await Deno.readTextFile(text.pathOf("vocabulary.txt")), merges);
    assert.equal((await text.golden()).inputSha256, idsDigest(merges ?? "", 77));
    const check = await test.run("--check");
    assert.deepEqual([check.code, check.stdout], [
      0,
      "clip_tiny: 0 files out of date\nclip_tiny_text: 0 files out of date\n",
    ]);
    const { stdout: list } = await test.run("--list");
    assert.match(list, /^clip_tiny +1 +image, 32 px +8 +s1-[0-9a-f]{16} +\d+ kB +\d+ MB$/m);
    assert.match(list, /^clip_tiny_text +1 +text, 77 tokens +8 +s1-[0-9a-f]{16} +\d+ MB +\d+ MB$/m);
  },
});

Deno.test("deno task model makes a text model and its versions, with the vocabulary beside them", async () => {
  await using test = await setUp();
  const base = readTextManifest("openclip_vit_b32_text");
  const vocab_size = TINY_END + 1;
  const manifest: TextManifest = {
    ...base,
    name: "words",
    architecture: {
      ...base.architecture,
      width: 8,
      layers: 2,
      heads: 2,
      mlp_width: 16,
      vocab_size,
    },
    output: { ...base.output, shape: [8] },
    weights: { repo: test.repo, revision: "main", file: WEIGHTS },
    tokenizer: {
      type: "clip_bpe",
      vocabulary: { file: "merges.txt", sha256: sha256(new TextEncoder().encode(TINY_MERGES)) },
    },
  };
  const weights = await checkpointOf(textShapes(manifest).map((shape) => seededTensor(shape, 1)));
  test.hub.add(test.repo, { [WEIGHTS]: weights, "merges.txt": TINY_MERGES });
  const first = test.model("words");
  await Deno.mkdir(first.path);
  await Deno.writeTextFile(first.pathOf("manifest.json"), JSON.stringify(manifest));
  const { code, stderr } = await test.run("words");
  assert.equal(code, 0, stderr);
  assert.equal(await Deno.readTextFile(first.pathOf("vocabulary.txt")), TINY_MERGES);
  const golden = await first.golden();
  assert.deepEqual(golden.sample, { text: GOLDEN_TEXT });
  assert.equal(golden.inputSha256, idsDigest(TINY_MERGES, 77));

  // From files, typed where they are.
  await Deno.writeFile(`${test.path}/w.safetensors`, weights);
  await Deno.writeTextFile(`${test.path}/m.txt`, TINY_MERGES);
  test.hub.repositories.clear();
  const files = ["--weights", "w.safetensors", "--vocabulary", "m.txt"];
  const again = await test.run("words", "--model-version", "2", ...files);
  assert.equal(again.code, 0, again.stderr);
  const second = test.model("words", "2");
  assert.equal((await second.onnx()).modelDigest, golden.modelSha256);
  assert.deepEqual((await second.golden()).embedding, golden.embedding);
  const { stdout } = await test.run("--list", "--json");
  assert.deepEqual(JSON.parse(stdout).map(({ version }: { version: string }) => version), [
    "1",
    "2",
  ]);
});

Deno.test("deno task model says what is wrong with a model of a hub, and makes nothing", async () => {
  await using test = await setUp();
  const { code, stderr } = await test.run(`hf-hub:${test.repo}`);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot download http.+open_clip_config\.json: the server answered 401 Unauthorized; it wants an account, or has no such repository: .+\n$/,
  );
  const usage = await test.run("hf-hub:tiny");
  assert.deepEqual([usage.code, usage.stderr], [
    64,
    "Cannot find that model: a hub's is hf-hub:OWNER/NAME: current value is hf-hub:tiny\nTry --help\n",
  ]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(`${test.path}/models`)), []);
});
