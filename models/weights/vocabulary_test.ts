import assert from "node:assert/strict";
import { sha256 } from "../../testing/digest.ts";
import { FakeHubRepositories } from "../../testing/models/fake_hub_repositories.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { checkVocabulary, fetchVocabulary, type VocabularySpec } from "./vocabulary.ts";

const CLIP = "openai/clip-vit-base-patch32";
const merges = "#version: 0.2\nh i\n";
const digest = sha256(new TextEncoder().encode(merges));
const spec: VocabularySpec = {
  name: "words",
  weights: { repo: "owner/name", revision: "main", file: "w.safetensors" },
  tokenizer: { type: "clip_bpe", vocabulary: { file: "merges.txt", sha256: digest } },
};

function optionsFor(hub: FakeHubRepositories, cache: string) {
  return {
    cache,
    endpoint: hub.endpoint,
    failuresMax: 1,
    stallMsMax: 10_000,
    backoff: () => Promise.resolve(),
    onProgress: () => {},
  };
}

Deno.test("fetchVocabulary() downloads from the weights' repository once", async () => {
  await using hub = new FakeHubRepositories();
  await using folder = await temporaryFolder();
  hub.add("owner/name", { "merges.txt": merges });
  for (let time = 0; time < 2; time++) {
    const path = await fetchVocabulary(spec, optionsFor(hub, folder.path));
    assert.equal(await Deno.readTextFile(path), merges);
  }
  assert.deepEqual(hub.requests, ["/owner/name/resolve/main/merges.txt"]);
});

Deno.test("fetchVocabulary() takes OpenAI's where the weights' repository has none or another one", async () => {
  for (const files of [{}, { "merges.txt": "#version: 0.2\na b\n" }]) {
    await using hub = new FakeHubRepositories();
    await using folder = await temporaryFolder();
    hub.add("owner/name", files);
    hub.add(CLIP, { "merges.txt": merges });
    const path = await fetchVocabulary(spec, optionsFor(hub, folder.path));
    assert.equal(await Deno.readTextFile(path), merges);
  }
});

Deno.test("fetchVocabulary() tells why it is had from nowhere, and leaves nothing that is wrong", async () => {
  await using hub = new FakeHubRepositories();
  await using folder = await temporaryFolder();
  hub.add("owner/name", {});
  hub.add(CLIP, { "merges.txt": "#version: 0.2\na b\n" });
  await assert.rejects(fetchVocabulary(spec, optionsFor(hub, folder.path)), {
    name: "DownloadError",
    message:
      /^Cannot get the vocabulary of words: .+ 404 Not Found; .+; Cannot use .+ its SHA-256 must be .+; pass it by --vocabulary FILE$/,
  });
  hub.add("owner/name", { "merges.txt": merges });
  await fetchVocabulary(spec, optionsFor(hub, folder.path));
});

Deno.test("a vocabulary that was damaged or is another one is refused", async () => {
  await using hub = new FakeHubRepositories();
  await using folder = await temporaryFolder();
  hub.add("owner/name", { "merges.txt": merges });
  const path = await fetchVocabulary(spec, optionsFor(hub, folder.path));
  assert.equal(await checkVocabulary(spec, path), path);
  await Deno.writeTextFile(path, merges.replace("h", "H"));
  const message =
    /^Cannot use .+\.txt as the vocabulary of words: its SHA-256 must be [0-9a-f]{64}: current value is /;
  await assert.rejects(fetchVocabulary(spec, optionsFor(hub, folder.path)), { message });
  await assert.rejects(checkVocabulary(spec, path), { message });
});
