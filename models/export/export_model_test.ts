import assert from "node:assert/strict";
import { readModelManifest } from "../../testing/models/repository_manifests.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { ModelFolder } from "../repository/model_folder.ts";
import { Progress } from "../weights/progress.ts";
import { exportModel, withBatching } from "./export_model.ts";
import type { Workplace } from "./workplace.ts";

const command = { weights: undefined, vocabulary: undefined, batching: undefined };

/** A repository that is not there yet, and what was said. */
async function setUp() {
  const folder = await temporaryFolder();
  const said: string[] = [];
  const workplace: Workplace = {
    repository: `${folder.path}/models`,
    cache: `${folder.path}/cache`,
    endpoint: "http://127.0.0.1:1",
    failuresMax: 1,
    stallMsMax: 10_000,
    pause: () => Promise.resolve(),
    say: (line) => said.push(line),
    warn: () => {},
    progress: (label) =>
      new Progress({ label, write: () => {}, isTerminal: false, now: () => performance.now() }),
  };
  return { ...folder, said, workplace };
}

Deno.test("exportModel() puts a new manifest in its place with what it made, and says which files", async () => {
  await using test = await setUp();
  const folder = new ModelFolder(test.workplace.repository, "dct_512");
  const manifest = readModelManifest("dct_512");
  const manifestPath = folder.pathOf("manifest.json");
  await exportModel({ folder, manifest, manifestPath, command }, test.workplace);
  assert.deepEqual(await folder.manifest(), manifest);
  assert.ok((await folder.onnx()).modelDigest);
  assert.deepEqual(
    test.said.slice(0, 4),
    (["manifest.json", "model.onnx", "config.pbtxt", "golden.json"] as const)
      .map((file) => folder.pathOf(file)),
  );
  assert.match(
    test.said.at(-1) ?? "",
    /^dct_512: exported and run on models\/contract\/golden_photo/,
  );
});

Deno.test("exportModel() changes nothing where what it needs is not to be had", async () => {
  await using test = await setUp();
  for (const name of ["openclip_vit_b32", "openclip_vit_b32_text"]) {
    const folder = new ModelFolder(test.workplace.repository, name);
    const manifestPath = folder.pathOf("manifest.json");
    const manifest = readModelManifest(name);
    const job = { folder, manifest, manifestPath, command };
    await assert.rejects(exportModel(job, test.workplace), { name: "DownloadError" });
    await assert.rejects(
      exportModel(
        { ...job, command: { ...command, weights: import.meta.filename } },
        test.workplace,
      ),
      /its SHA-256 must be ac4f8c4b/,
    );
  }
  await assert.rejects(Deno.stat(test.workplace.repository), { name: "NotFound" });
});

Deno.test("withBatching() changes batching, unless a model has none", () => {
  const [vit, int8] = ["openclip_vit_b32", "openclip_vit_b32_int8"].map(readModelManifest);
  assert.ok(vit && int8);
  assert.equal(withBatching(vit, { batching: "throughput" }).serving.batching, "throughput");
  assert.equal(withBatching(vit, { batching: undefined }), vit);
  assert.equal(withBatching(int8, { batching: "throughput" }), int8);
});
