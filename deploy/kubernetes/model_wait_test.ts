/** What a pod waits for before its Triton starts, run as it stands in the manifest. */
import assert from "node:assert/strict";
import { testPosix } from "../../testing/platform_tests.ts";
import { containersOf, workloadOf } from "./manifest.ts";
import { renderedTargets } from "./rendered_targets.ts";

const gpu = renderedTargets.find(({ target }) => target.name === "overlays/gpu");
const script = gpu?.manifests.flatMap((manifest) => workloadOf(manifest) ?? [])
  .flatMap(({ spec }) => containersOf(spec.template.spec))
  .find(({ name, command }) => name === "model" && command?.includes("sh"))
  ?.command?.at(-1) ?? "";

const WAIT_MS_MAX = 30_000;

/** Runs it in a folder as the image has it, where each pause is a step of the Job. */
async function wait(models: string, job: string): Promise<string> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/deploy/model`, { recursive: true });
    await Deno.mkdir(`${folder}/model_repository/a`, { recursive: true });
    await Deno.copyFile(
      new URL("../model/served_models.sh", import.meta.url),
      `${folder}/deploy/model/served_models.sh`,
    );
    await Deno.writeTextFile(`${folder}/sleep`, `#!/bin/sh\n${job}\n`, { mode: 0o755 });
    const { code, stdout } = await new Deno.Command("sh", {
      args: ["-c", script],
      cwd: folder,
      signal: AbortSignal.timeout(WAIT_MS_MAX),
      env: { MODELS: models, PATH: `${folder}:${Deno.env.get("PATH")}` },
    }).output();
    assert.equal(code, 0);
    return new TextDecoder().decode(stdout);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (script !== "") {
  testPosix("a pod waits until each of its models is exported", async () => {
    assert.equal(
      await wait("a:1", "touch model_repository/a/.exported"),
      "waiting for the Job model to export a:1\n",
    );
  });

  testPosix("a pod waits until a hub's name stands for models", async () => {
    const job = "touch model_repository/a/.exported; echo a > model_repository/.hf-hub--b--c";
    assert.equal(await wait("hf-hub:b/c", job), "");
  });
}
