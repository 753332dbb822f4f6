import assert from "node:assert/strict";
import { FakeHubRepositories } from "../../testing/models/fake_hub_repositories.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { readTowerGolden } from "../../testing/models/tower_goldens.ts";
import { sha256 } from "../../testing/digest.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { Progress } from "../weights/progress.ts";
import type { HubModelName } from "./command.ts";
import { type HubCommand, makeHubModels } from "./hub_model.ts";
import type { Workplace } from "./workplace.ts";

const CONFIG = "open_clip_config.json";
const WEIGHTS = "open_clip_model.safetensors";
const REPO = "owner/CLIP-ViT-Tiny";

const checkpoint = await Deno.readFile(readTowerGolden("vit_b_32").checkpoint);
/** The same tower with other weights. */
const otherCheckpoint = Uint8Array.from(checkpoint);
otherCheckpoint[otherCheckpoint.length - 3] = 0;

/** That of the checkpoint, whose text tower has another vocabulary than CLIP's. */
const config = {
  model_cfg: {
    embed_dim: 20,
    vision_cfg: { image_size: 24, patch_size: 8, width: 24, head_width: 8, layers: 2 },
    text_cfg: { context_length: 77, vocab_size: 40, width: 16, heads: 2, layers: 2 },
  },
};

/** A hub with the model, an empty model repository, and what was said. */
async function setUp() {
  const hub = new FakeHubRepositories();
  hub.add(REPO, { [CONFIG]: JSON.stringify(config), [WEIGHTS]: checkpoint }).card = {
    license: "mit",
  };
  const folder = await temporaryFolder();
  const repository = `${folder.path}/models`;
  await Deno.mkdir(repository);
  const [said, warned]: [string[], string[]] = [[], []];
  const workplace: Workplace = {
    repository,
    cache: `${folder.path}/cache`,
    endpoint: hub.endpoint,
    failuresMax: 2,
    stallMsMax: 10_000,
    pause: () => Promise.resolve(),
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
    progress: (label) =>
      new Progress({ label, write: () => {}, isTerminal: false, now: () => performance.now() }),
  };
  return {
    hub,
    said,
    warned,
    repository,
    /** Where the checkpoint lies once it came. */
    cached: `${workplace.cache}/${REPO}/${"a".repeat(40)}/${WEIGHTS}`,
    make: (model: Partial<HubModelName> = {}, command: Partial<HubCommand> = {}) =>
      makeHubModels(
        { repo: REPO, revision: "main", name: undefined, ...model },
        {
          version: undefined,
          weights: undefined,
          vocabulary: undefined,
          batching: undefined,
          ...command,
        },
        workplace,
      ),
    folder: (name: string, version?: string) => new ModelFolder(repository, name, version),
    names: () => [...Deno.readDirSync(repository)].map(({ name }) => name).sort(),
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("makeHubModels() makes the tower that is supported, and tells of the other one", async () => {
  await using test = await setUp();
  await test.make();
  assert.deepEqual(test.warned, [
    `Cannot make the text tower of hf-hub:${REPO}: text_cfg.vocab_size must be at least CLIP's 49408: current value is 40`,
  ]);
  assert.deepEqual(test.names(), ["clip_vit_tiny"]);
  const made = test.folder("clip_vit_tiny");
  const { license, weights } = await made.manifest();
  assert.equal(license, "mit");
  assert.deepEqual(weights, {
    repo: REPO,
    revision: "a".repeat(40),
    file: WEIGHTS,
    sha256: sha256(checkpoint),
  });
  assert.deepEqual((await made.golden()).sample, { photo: "models/contract/golden_photo.jpg" });
  assert.ok((await made.onnx()).modelDigest);
  assert.ok(await made.has("config.pbtxt"));
  const { requests } = test.hub;
  await test.make();
  assert.ok(test.said.includes("clip_vit_tiny: by the manifest that is there"));
  assert.equal(requests.filter((path) => path.endsWith(WEIGHTS)).length, 3, requests.join());
});

Deno.test("makeHubModels() keeps what somebody changed in a manifest of these weights", async () => {
  await using test = await setUp();
  await test.make();
  const folder = test.folder("clip_vit_tiny");
  const manifest = { ...await folder.manifest(), description: "ours" };
  await Deno.writeTextFile(folder.pathOf("manifest.json"), JSON.stringify(manifest));
  await test.make();
  assert.equal((await folder.manifest()).description, "ours");
});

Deno.test("makeHubModels() calls a licence unknown that no card says", async () => {
  await using test = await setUp();
  test.hub.repositories.delete(REPO);
  test.hub.add(REPO, { [CONFIG]: JSON.stringify(config), [WEIGHTS]: checkpoint });
  await test.make();
  const { license } = await test.folder("clip_vit_tiny").manifest();
  assert.equal(license, `unknown: see https://huggingface.co/${REPO}`);
});

Deno.test("makeHubModels() takes no name that is another model's, and finds out before the download", async () => {
  await using test = await setUp();
  await test.make();
  test.hub.add(
    "owner/other",
    { [CONFIG]: JSON.stringify(config), [WEIGHTS]: otherCheckpoint },
    "b",
  );
  const other = { repo: "owner/other", name: "clip_vit_tiny" };
  const before = await test.folder("clip_vit_tiny").onnx();
  await assert.rejects(test.make(other), {
    name: "Error",
    message: `Cannot call a model clip_vit_tiny as ${test.repository}/clip_vit_tiny is one of ` +
      `${REPO}@${
        "a".repeat(40)
      }: choose a name by --name, or make a version of it by --model-version`,
  });
  assert.deepEqual(await test.folder("clip_vit_tiny").onnx(), before);
  // Once to look, and never to download.
  assert.equal(test.hub.requests.filter((path) => path.includes(`other/resolve/b`)).length, 1);
});

Deno.test("makeHubModels() makes other weights a version beside the first one", async () => {
  await using test = await setUp();
  await test.make({}, { batching: "throughput" });
  test.hub.add(
    "owner/other",
    { [CONFIG]: JSON.stringify(config), [WEIGHTS]: otherCheckpoint },
    "b",
  );
  const other = { repo: "owner/other", name: "clip_vit_tiny" };
  await test.make(other, { version: "2", batching: "throughput" });
  const [first, second] = [test.folder("clip_vit_tiny"), test.folder("clip_vit_tiny", "2")];
  assert.equal((await first.manifest()).weights?.repo, REPO);
  assert.equal((await second.manifest()).weights?.repo, "owner/other");
  assert.notEqual((await first.onnx()).modelDigest, (await second.onnx()).modelDigest);
  // Made again, it stays what it is; a third model cannot take its place.
  await test.make(other, { version: "2" });
  await test.make({}, { version: "3" });
  assert.equal(await test.folder("clip_vit_tiny", "3").hasOwnManifest(), false);
  await assert.rejects(
    test.make({}, { version: "2" }),
    /^Error: Cannot make version 2 of clip_vit_tiny as \S+\/2 is one of owner\/other@b+: choose another number/,
  );
  // Nor that of a version whose weights are the first one's.
  await assert.rejects(test.make(other, { version: "3" }), /^Error: Cannot make version 3 of /);
  assert.equal(
    (await test.folder("clip_vit_tiny", "3").onnx()).modelDigest,
    (await first.onnx()).modelDigest,
  );
});

Deno.test("makeHubModels() makes no version of other tensors than the model's", async () => {
  await using test = await setUp();
  await test.make();
  const vision_cfg = { ...config.model_cfg.vision_cfg, image_size: 32 };
  test.hub.add("owner/other", {
    [CONFIG]: JSON.stringify({ model_cfg: { ...config.model_cfg, vision_cfg } }),
    [WEIGHTS]: otherCheckpoint,
  }, "b");
  await assert.rejects(
    test.make({ repo: "owner/other", name: "clip_vit_tiny" }, { version: "2" }),
    /^Error: Cannot make owner\/other a version of clip_vit_tiny: its input must be .+24,24.+: current value is .+32,32/,
  );
  assert.equal((await Array.fromAsync(Deno.readDir(test.folder("clip_vit_tiny").path))).length, 4);
});

Deno.test("makeHubModels() refuses weights that are a pickle, or not there, before anything is made", async () => {
  await using test = await setUp();
  const files = { [CONFIG]: JSON.stringify(config) };
  test.hub.add(REPO, { ...files, "open_clip_pytorch_model.bin": checkpoint });
  await assert.rejects(test.make(), {
    message:
      `Cannot use the weights of hf-hub:${REPO} as there is only open_clip_pytorch_model.bin, a pickle, ` +
      `which runs code when it is read: ${WEIGHTS} is needed, or --weights FILE`,
  });
  test.hub.add(REPO, files);
  await assert.rejects(test.make(), {
    message: `Cannot use hf-hub:${REPO} as the hub has no ${WEIGHTS} in it at ${"a".repeat(40)}`,
  });
  assert.deepEqual(test.names(), []);
});

Deno.test("makeHubModels() leaves nothing of a model whose weights are other ones than its description's", async () => {
  await using test = await setUp();
  const vision_cfg = { ...config.model_cfg.vision_cfg, layers: 3 };
  test.hub.add(REPO, {
    [CONFIG]: JSON.stringify({ model_cfg: { ...config.model_cfg, vision_cfg } }),
    [WEIGHTS]: checkpoint,
  });
  await assert.rejects(test.make(), { name: "RangeError" });
  assert.deepEqual(test.names(), []);
  test.hub.add(REPO, { [CONFIG]: JSON.stringify(config), [WEIGHTS]: new Uint8Array(100) }, "b");
  await assert.rejects(test.make());
  assert.deepEqual(test.names(), []);
});

Deno.test("makeHubModels() refuses a model none of whose towers is supported, and what it cannot read", async () => {
  await using test = await setUp();
  const { model_cfg } = config;
  const refusals: [unknown, RegExp][] = [
    [
      { model_cfg: { ...model_cfg, vision_cfg: { layers: [3, 4, 6, 3] } } },
      /^Cannot make hf-hub:owner\/CLIP-ViT-Tiny as neither of its towers is supported$/,
    ],
    [
      { model_cfg: { ...model_cfg, multimodal_cfg: {} } },
      /^Cannot make hf-hub:.+: model_cfg\.multimodal_cfg must be absent/,
    ],
    [[], /^Cannot make hf-hub:.+: open_clip_config\.json is malformed: /],
  ];
  for (const [config, message] of refusals) {
    test.hub.add(REPO, { [CONFIG]: JSON.stringify(config), [WEIGHTS]: checkpoint });
    await assert.rejects(test.make(), { name: "Error", message });
  }
  await assert.rejects(test.make({ name: "a b" }), /choose one by --name$/);
  assert.deepEqual(test.names(), []);
});

Deno.test("makeHubModels() asks again where the line is cut, whatever was being sent", async () => {
  await using test = await setUp();
  // The weights are looked at before; whoever hangs up then sees no cut.
  test.hub.cuts.set(CONFIG, [10]).set(WEIGHTS, [1000, 1000]);
  await test.make();
  assert.equal(sha256(await Deno.readFile(test.cached)), sha256(checkpoint));
  assert.deepEqual([...test.hub.cuts.values()], [[], []]);
  test.hub.failures.push(500, 502);
  await assert.rejects(test.make(), {
    name: "DownloadError",
    message:
      /: 2 requests in a row brought nothing, the last one because .+ 502 .+; HF_ENDPOINT=URL takes /,
  });
});

Deno.test("makeHubModels() makes the image tower where the vocabulary of the text tower is not to be had", async () => {
  await using test = await setUp();
  const { text_cfg: _, ...model } = config.model_cfg;
  test.hub.add(REPO, {
    [CONFIG]: JSON.stringify({ model_cfg: { ...model, text_cfg: {} } }),
    [WEIGHTS]: checkpoint,
  });
  await assert.rejects(test.make(), {
    name: "DownloadError",
    message: /^Cannot get the vocabulary of clip_vit_tiny_text: .+; pass it by --vocabulary FILE$/,
  });
  assert.deepEqual(test.names(), ["clip_vit_tiny"]);
});

Deno.test("makeHubModels() takes a checkpoint on disk from a mirror that says no digests", async () => {
  await using test = await setUp();
  test.hub.isPlainMirror = true;
  const { checkpoint: weights } = readTowerGolden("vit_b_32");
  await test.make({ revision: "a".repeat(40), name: "tiny" }, { weights });
  const manifest = await test.folder("tiny").manifest();
  assert.equal(manifest.weights?.sha256, sha256(checkpoint));
  assert.equal(test.hub.requests.some((path) => path.endsWith(WEIGHTS)), false);
});
