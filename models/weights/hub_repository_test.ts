import assert from "node:assert/strict";
import { FakeHubRepositories } from "../../testing/models/fake_hub_repositories.ts";
import { sha256 } from "../../testing/digest.ts";
import { type HubOptions, HubRepository } from "./hub_repository.ts";

const CONFIG = "open_clip_config.json";

/** How to open `owner/name` on this hub, with what was waited for in `reasons`. */
function optionsFor(hub: FakeHubRepositories, changes: Partial<HubOptions> = {}) {
  const reasons: string[] = [];
  const options: HubOptions = {
    endpoint: hub.endpoint,
    repo: "owner/name",
    revision: "main",
    failuresMax: 3,
    stallMsMax: 10_000,
    backoff: (failures, reason) => {
      reasons.push(`${failures}: ${reason}`);
      return Promise.resolve();
    },
    ...changes,
  };
  return { ...options, reasons };
}

Deno.test("HubRepository.open() reads the description and pins the commit", async () => {
  await using hub = new FakeHubRepositories();
  const { commit } = hub.add("owner/name", { [CONFIG]: "{}" });
  const repository = await HubRepository.open(optionsFor(hub));
  assert.deepEqual([repository.repo, repository.commit, repository.config], [
    "owner/name",
    commit,
    "{}",
  ]);
  assert.deepEqual(hub.requests, [`/owner/name/resolve/main/${CONFIG}`]);
});

Deno.test("HubRepository.open() asks a mirror that tells no commits for a revision that is one", async () => {
  await using hub = new FakeHubRepositories();
  const { commit } = hub.add("owner/name", { [CONFIG]: "{}" });
  hub.isPlainMirror = true;
  await assert.rejects(HubRepository.open(optionsFor(hub)), {
    name: "DownloadError",
    message:
      "Cannot pin owner/name as the hub does not say which commit main is: give one by --revision",
  });
  const repository = await HubRepository.open(optionsFor(hub, { revision: commit }));
  assert.equal(repository.commit, commit);
});

Deno.test("HubRepository.open() asks again after what passes", async () => {
  await using hub = new FakeHubRepositories();
  hub.add("owner/name", { [CONFIG]: "{}" });
  hub.failures.push(503, 429);
  const options = optionsFor(hub);
  await HubRepository.open(options);
  assert.deepEqual(options.reasons, [
    "1: the server answered 503 Service Unavailable",
    "2: the server answered 429 Too Many Requests",
  ]);
  hub.failures.push(500, 500, 500);
  await assert.rejects(HubRepository.open(options), {
    name: "DownloadError",
    message: /: 3 requests in a row brought nothing, the last one because the server answered 500 /,
  });
});

Deno.test("HubRepository.open() tells what is not there from what is not given", async () => {
  await using hub = new FakeHubRepositories();
  hub.add("owner/name", { [CONFIG]: "{}" }).isGated = true;
  hub.add("owner/other", { "config.json": "{}" });
  const cases: [Partial<HubOptions>, RegExp][] = [
    [
      { repo: "owner/none" },
      /401 Unauthorized; it wants an account, or has no such repository: HF_ENDPOINT=URL takes /,
    ],
    [
      {},
      /401 Unauthorized; only accounts that accepted its terms may have it: HF_ENDPOINT=URL takes /,
    ],
    [
      { repo: "owner/other" },
      /^Cannot use hf-hub:owner\/other as the hub has no open_clip_config\.json in it at main: only models of open_clip have one$/,
    ],
    [
      { revision: "v2" },
      /^Cannot use hf-hub:owner\/name as the hub has no open_clip_config\.json in it at v2: /,
    ],
  ];
  for (const [changes, message] of cases) {
    const options = optionsFor(hub, changes);
    await assert.rejects(HubRepository.open(options), { name: "RefusedError", message });
    assert.deepEqual(options.reasons, []);
  }
});

Deno.test("HubRepository.open() takes no description that is huge or no text", async () => {
  await using hub = new FakeHubRepositories();
  hub.add("owner/name", { [CONFIG]: new Uint8Array(1024 * 1024 + 1) });
  await assert.rejects(HubRepository.open(optionsFor(hub)), {
    message: /open_clip_config\.json: it must have at most 1048576 bytes$/,
  });
  hub.add("owner/name", { [CONFIG]: new Uint8Array([0x7b, 0xff, 0x7d]) });
  await assert.rejects(HubRepository.open(optionsFor(hub)), { message: /it is not UTF-8$/ });
});

Deno.test("HubRepository.look() tells whether a file is there, and its digest", async () => {
  await using hub = new FakeHubRepositories();
  const weights = new Uint8Array([1, 2, 3]);
  const { commit } = hub.add("owner/name", { [CONFIG]: "{}", "w.safetensors": weights });
  const repository = await HubRepository.open(optionsFor(hub));
  assert.deepEqual(await repository.look("w.safetensors"), {
    isThere: true,
    sha256: sha256(weights),
  });
  assert.deepEqual(await repository.look("w.bin"), { isThere: false });
  assert.ok(hub.requests.includes(`/owner/name/resolve/${commit}/w.bin`));
  hub.isPlainMirror = true;
  assert.deepEqual(await repository.look("w.safetensors"), { isThere: true });
  hub.failures.push(403);
  await assert.rejects(repository.look("w.safetensors"), { name: "RefusedError" });
});

Deno.test("HubRepository.license() is what the model card says, or nothing", async () => {
  await using hub = new FakeHubRepositories();
  const fake = hub.add("owner/name", { [CONFIG]: "{}" });
  const repository = await HubRepository.open(optionsFor(hub));
  const cards: [Record<string, unknown> | undefined, string | undefined][] = [
    [{ license: "mit" }, "mit"],
    [{ license: "other", license_name: "apple-amlr" }, "apple-amlr"],
    [{ license: "other" }, "other"],
    [{ license: ["mit"] }, undefined],
    [{ license: "" }, undefined],
    [{ license: "x".repeat(201) }, undefined],
    [{}, undefined],
    [undefined, undefined],
  ];
  for (const [card, license] of cards) {
    if (card === undefined) delete fake.card;
    else fake.card = card;
    assert.equal(await repository.license(), license, JSON.stringify(card));
  }
  hub.failures.push(404, 500, 500, 500);
  assert.deepEqual([await repository.license(), await repository.license()], [
    undefined,
    undefined,
  ]);
});
