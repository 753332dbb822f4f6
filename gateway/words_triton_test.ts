/** Words and pictures on a real Triton: what an embedded gateway of the same models gives, by either way of tensors. */
import assert from "node:assert/strict";
import { cosine } from "../models/contract/vectors.ts";
import { testFile } from "../testing/harness.ts";
import { post } from "../testing/requests.ts";
import { bits, form, json, reply } from "../testing/towers/replies.ts";
import { createTowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";
import { startTriton } from "../testing/triton/triton_process.ts";

const MODELS = [TOWERS.image, TOWERS.text];
const OCTETS = "application/octet-stream";
/** More than fit into one batch, so that calls are split and put together again. */
const TEXTS = Array.from({ length: 40 }, (_, index) => `a photo of cat ${index} and of a dog`);

Deno.test("words and pictures have the vectors on Triton that they have embedded, by either way of tensors", async (t) => {
  await using repository = await towerRepository();
  const image = (await testFile("photos/cat.jpg")).toBase64();
  const inputs = [{ text: "a cat" }, { image }, ...TEXTS.map((text) => ({ text }))];
  const embed = async (env: Record<string, string>) => {
    await using app = await createTowerApp(repository, { models: MODELS, env });
    const { embeddings, models } = await reply(app, json({ inputs }));
    assert.deepEqual(models, { image: TOWERS.image, text: TOWERS.text });
    const { ranking } = await reply(
      app,
      json({ query: { image }, candidates: TEXTS.map((text) => ({ text })) }),
      "/rank",
    );
    const [{ embedding }] = [await reply(app, json({ text: "a cat" }))];
    return { rows: embeddings.map((row: number[]) => Float32Array.from(row)), ranking, embedding };
  };
  const embedded = await embed({});
  await using triton = await startTriton({ repository: repository.path, models: MODELS });
  for (const sharedMemory of ["on", "off"]) {
    await t.step(`shared memory ${sharedMemory}`, async () => {
      const remote = await embed({
        GATEWAY_ENGINE: "triton",
        GATEWAY_TRITON_URL: triton.grpcUrl,
        GATEWAY_TRITON_SHM: sharedMemory,
      });
      remote.rows.forEach((row: Float32Array, index: number) =>
        assert.ok(cosine(row, embedded.rows[index]) > 1 - 1e-6, `input ${index}`)
      );
      const alone = cosine(Float32Array.from(remote.embedding), embedded.rows[0]);
      assert.ok(alone > 1 - 1e-6, `a text by itself: ${alone}`);
      assert.equal(remote.ranking.length, TEXTS.length);
    });
  }
});

Deno.test("a text has the same bits in every form of request, of length 1, through Triton", async () => {
  await using repository = await towerRepository();
  await using triton = await startTriton({ repository: repository.path, models: MODELS });
  const env = { GATEWAY_ENGINE: "triton", GATEWAY_TRITON_URL: triton.grpcUrl };
  await using app = await createTowerApp(repository, { models: MODELS, env });
  const text = "a cat";
  const { embedding } = await reply(app, json({ text }));
  assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
  const expected = bits(embedding);
  for (
    const init of [
      post("text/plain", text),
      form(["text", text]),
      json({ text, model: TOWERS.image }),
    ]
  ) {
    assert.equal(bits((await reply(app, init)).embedding), expected);
  }
  const encoded = await reply(app, json({ text, encoding_format: "base64" }));
  assert.equal(Uint8Array.fromBase64(encoded.embedding).toHex(), expected);
  const raw = await app.post("/embed", post("text/plain", text, { accept: OCTETS }));
  assert.equal((await raw.bytes()).toHex(), expected);
  // Among others the tower's sums may come in another order.
  for (const body of [{ texts: [text, "a dog"] }, { inputs: [{ text }, { text: "a dog" }] }]) {
    const { embeddings } = await reply(app, json(body));
    assert.ok(cosine(Float32Array.from(embeddings[0]), Float32Array.from(embedding)) > 1 - 1e-6);
  }
});
