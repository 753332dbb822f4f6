/** `POST /rank` through a whole gateway of three models. */
import assert from "node:assert/strict";
import { cosine } from "../models/contract/vectors.ts";
import { testFile } from "../testing/harness.ts";
import { json, refusal, reply } from "../testing/towers/replies.ts";
import { createTowerApp } from "../testing/towers/tower_app.ts";
import { LOGIT_SCALE, towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");

Deno.test("POST /rank orders by the cosines of what /embed gives, and weighs them as the checkpoint does", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const image = CAT.toBase64();
  const labels = ["a cat", "a dog", "a photo"].map((text) => ({ text }));
  const { embeddings } = await reply(app, json({ inputs: [{ image }, ...labels] }));
  const [query, ...rows] = embeddings.map((row: number[]) => Float32Array.from(row));
  const cosines = rows.map((row: Float32Array) => cosine(query, row));
  const { ranking, models, logit_scale } = await reply(
    app,
    json({ query: { image }, candidates: labels }),
    "/rank",
  );
  assert.deepEqual(models, { image: TOWERS.image, text: TOWERS.text });
  assert.equal(logit_scale, LOGIT_SCALE);
  const order = [0, 1, 2].sort((a, b) => cosines[b] - cosines[a]);
  assert.deepEqual(ranking.map(({ index }: { index: number }) => index), order);
  let sum = 0;
  for (const { index, cosine, probability } of ranking) {
    assert.ok(Math.abs(cosine - cosines[index]) < 1e-6);
    sum += probability;
  }
  assert.ok(Math.abs(sum - 1) < 1e-12);
});

Deno.test("POST /rank ranks photos for words, photos for a photo without its sibling, and names what is bad", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const image = CAT.toBase64();
  const rocket = (await testFile("photos/rocket.jpg")).toBase64();
  const photos = [{ image: rocket }, { image }];
  const byWords = await reply(app, json({ query: { text: "a cat" }, candidates: photos }), "/rank");
  assert.equal(byWords.ranking.length, 2);
  const query = { image };
  const byPhoto = await reply(app, json({ query, candidates: photos, top_k: 1 }), "/rank");
  const [{ cosine: own, ...first }] = byPhoto.ranking;
  assert.deepEqual([first, byPhoto.model], [{ index: 1 }, TOWERS.dct]);
  assert.ok(own > 1 - 1e-6);
  const damaged = (await testFile("goldens/refused/damaged_baseline_cut_half.jpg")).toBase64();
  for (
    const [body, expected] of [
      [
        { query, candidates: [...photos, { image: damaged }] },
        /^422 invalid_image: Candidate 2: Cannot /,
      ],
      [{ query: { image: damaged }, candidates: photos }, /^422 invalid_image: Query: Cannot /],
      [{ query: { text: " " }, candidates: photos }, /^400 invalid_text: Query: Cannot /],
      [{ query, candidates: [{ text: "a" }], model: TOWERS.dct }, /^400 modality_not_supported: /],
    ] as const
  ) assert.match(await refusal(app, json(body), "/rank"), expected);
  const response = await app.post("/rank", json({ query: { text: "a" }, candidates: photos }));
  assert.match(response.headers.get("x-preprocess-id") ?? "", /^p2-[0-9a-f]{16}, t1-[0-9a-f]{16}$/);
  await response.body?.cancel();
});
