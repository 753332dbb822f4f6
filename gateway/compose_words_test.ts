import assert from "node:assert/strict";
import { checkConfig } from "./check_config.ts";
import { parseConfig } from "./config/config.ts";
import { ModelFolder } from "../models/repository/model_folder.ts";
import { post } from "../testing/requests.ts";
import { createTowerApp } from "../testing/towers/tower_app.ts";
import {
  type TowerRepository,
  towerRepository,
  TOWERS,
} from "../testing/towers/tower_repository.ts";

const WORDS = post("application/json", '{"text":"a cat"}');

/** Serves the text model after something of its folder was changed. */
async function withChange(
  change: (folder: ModelFolder) => Promise<void>,
  test: (repository: TowerRepository) => Promise<void>,
): Promise<void> {
  await using repository = await towerRepository();
  await change(new ModelFolder(repository.path, TOWERS.text));
  await test(repository);
}

const serve = (repository: TowerRepository) =>
  createTowerApp(repository, { models: [TOWERS.text] });

/** Replaces fields of the golden record. */
const goldenOf = (fields: Record<string, unknown>) => async (folder: ModelFolder) => {
  const path = folder.pathOf("golden.json");
  const golden = JSON.parse(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, JSON.stringify({ ...golden, ...fields }));
};

Deno.test("a start says that photos and words go to models of two spaces where no model is named", async () => {
  await using repository = await towerRepository();
  const warning = (line: string) => line.startsWith("defaults differ");
  await using pair = await createTowerApp(repository, { models: [TOWERS.image, TOWERS.text] });
  assert.deepEqual(pair.telemetry.lines.filter(warning), []);
  await using other = await createTowerApp(repository, {
    models: [TOWERS.dct, TOWERS.image, TOWERS.text],
  });
  assert.deepEqual(other.telemetry.lines.filter(warning), [
    `defaults differ: ${TOWERS.dct}, ${TOWERS.text}`,
  ]);
});

Deno.test("a text model is ready once the golden sentence's embedding came out, and embeds", async () => {
  await using repository = await towerRepository();
  await using app = await serve(repository);
  assert.deepEqual(app.telemetry.lines.filter((line) => /canary|ready/.test(line)), [
    "canary ok",
    "ready: canary",
  ]);
  assert.equal((await app.post("/embed", WORDS)).status, 200);
});

for (
  const [what, change, message] of [
    [
      "the golden sentence becomes another input",
      goldenOf({ input_i32_sha256: "0".repeat(64) }),
      /^Cannot start as the golden sentence must become input 0{64}: it becomes [0-9a-f]{64}$/,
    ],
    [
      "its vocabulary is another one",
      (folder: ModelFolder) =>
        Deno.writeTextFile(folder.pathOf("vocabulary.txt"), "#version\na b\n"),
      /^Cannot serve model towers_text as SHA-256 of .*vocabulary.txt must be [0-9a-f]{64}, which manifest.json has: it is /,
    ],
    [
      "its vocabulary is not there",
      (folder: ModelFolder) => Deno.remove(folder.pathOf("vocabulary.txt")),
      /^Cannot serve model towers_text: there is no .*vocabulary.txt; deno task model towers_text makes it$/,
    ],
    [
      "its golden record is of a photo",
      (folder: ModelFolder) =>
        Deno.copyFile(
          `${folder.path}/../${TOWERS.image}/golden.json`,
          folder.pathOf("golden.json"),
        ),
      /^Cannot serve model towers_text as .*golden.json must be of texts, as the model is: it is of images$/,
    ],
  ] as const
) {
  Deno.test(`a text model does not start, nor is its configuration good, when ${what}`, () =>
    withChange(change, async (repository) => {
      await assert.rejects(serve(repository), { message });
      const { config } = parseConfig({
        GATEWAY_MODEL: TOWERS.text,
        GATEWAY_MODEL_REPOSITORY: repository.path,
        GATEWAY_PORT: "0",
      });
      const { problems } = await checkConfig(config);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", message);
    }));
}

Deno.test("one of several models whose golden sentence becomes another input is named", () =>
  withChange(
    goldenOf({ text: "a dog" }),
    (repository) =>
      assert.rejects(createTowerApp(repository), {
        message:
          /^GATEWAY_MODELS names towers_text: Cannot start as the golden sentence must become /,
      }),
  ));

Deno.test("a text model embeds nothing, and is not ready, when the golden sentence's embedding is another one", () => {
  const embedding = Float32Array.from({ length: 512 }, (_, index) => Math.cos(index * index));
  const change = goldenOf({ embedding: new Uint8Array(embedding.buffer).toBase64() });
  return withChange(change, async (repository) => {
    await using app = await serve(repository);
    const [canary, ready] = app.telemetry.lines.filter((line) => /canary|ready/.test(line));
    assert.match(
      canary ?? "",
      /^canary failed: .*Cannot trust model as the golden sentence's cosine must be ≥ 0.99: it is /,
    );
    assert.equal(ready, "not ready: canary failed: upstream_error");
    const response = await app.post("/embed", WORDS);
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
    assert.equal((await response.json()).error.code, "upstream_unavailable");
  });
});

Deno.test("a text model has one preprocess id, whatever options of images a request has", async () => {
  await using repository = await towerRepository();
  await using app = await serve(repository);
  const id = app.models.default.preprocessId({ orient: "none", decode: "exact" });
  assert.match(id, /^t1-[0-9a-f]{16}$/);
  assert.equal(app.models.default.preprocessId({ orient: "exif", decode: "fast" }), id);
});
