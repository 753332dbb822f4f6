import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { FakeHub } from "../../testing/models/fake_hub.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { checkWeights, fetchWeights } from "./weights.ts";

const content = new Uint8Array([1, 2, 3]);
const sha256 = createHash("sha256").update(content).digest("hex");

function fetchOptions(cache: string, endpoint: string) {
  return {
    cache,
    endpoint,
    failuresMax: 1,
    stallMsMax: 10_000,
    backoff: () => Promise.resolve(),
    onProgress: () => {},
  };
}

Deno.test("fetchWeights() downloads once, into a folder of repository and revision", async () => {
  await using hub = new FakeHub(content);
  await using folder = await temporaryFolder();
  const options = fetchOptions(`${folder.path}/cache`, hub.endpoint);
  const expected = { path: `${folder.path}/cache/owner/name/main/w.safetensors`, sha256 };
  assert.deepEqual(await fetchWeights({ ...hub.spec, sha256 }, options), expected);
  assert.deepEqual(await fetchWeights(hub.spec, options), expected);
  assert.deepEqual(hub.ranges, [""]);
});

Deno.test("fetchWeights() does not trust what lies in the cache", async () => {
  await using hub = new FakeHub(content);
  await using folder = await temporaryFolder();
  const options = fetchOptions(folder.path, hub.endpoint);
  const { path } = await fetchWeights({ ...hub.spec, sha256 }, options);
  await Deno.writeFile(path, new Uint8Array([1, 2, 4]));
  await assert.rejects(fetchWeights({ ...hub.spec, sha256 }, options), {
    message: /its SHA-256 must be 039058c6/,
  });
});

Deno.test("checkWeights() takes the manifest's checkpoint and no other", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/mine.safetensors`;
  await Deno.writeFile(path, content);
  const spec = { repo: "owner/name", revision: "main", file: "w.safetensors" };
  assert.deepEqual(await checkWeights(spec, path), { path, sha256 });
  assert.deepEqual(await checkWeights({ ...spec, sha256 }, path), { path, sha256 });
  const other = "0".repeat(64);
  await assert.rejects(checkWeights({ ...spec, sha256: other }, path), {
    message:
      `Cannot use ${path} as owner/name/w.safetensors: its SHA-256 must be ${other}: current value is ` +
      `${sha256}; other weights need a manifest of their own`,
  });
});
