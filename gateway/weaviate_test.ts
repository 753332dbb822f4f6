/** What Weaviate's module multi2vec-clip sends, through a whole gateway of three models, beside `POST /embed`. */
import assert from "node:assert/strict";
import { testFile } from "../testing/harness.ts";
import { bits, json, reply } from "../testing/towers/replies.ts";
import { createTowerApp, type TowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
const BASE64 = CAT.toBase64();
const PATH = "/vectorize";
const KEY = "a-key-of-test-0123456";
/** In the order in which Weaviate's texts and images come of one space. */
const MODELS = [TOWERS.image, TOWERS.text, TOWERS.dct];

/** Bits of the vectors of texts and of images. */
async function vectors(app: TowerApp, init: RequestInit, path = PATH): Promise<string[][]> {
  const { textVectors, imageVectors } = await reply(app, init, path);
  return [textVectors, imageVectors].map((rows: number[][]) => rows.map(bits));
}

/** Older Weaviates name no type. */
const untyped = (value: unknown): RequestInit => ({
  body: new TextEncoder().encode(JSON.stringify(value)),
});

Deno.test("Weaviate's texts and images have the bits of /embed", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: MODELS });
  const native = async (body: unknown) => bits((await reply(app, json(body))).embedding);
  const cat = await native({ image: BASE64 });
  const dct = await native({ image: BASE64, model: TOWERS.dct });
  const text = await native({ text: "a cat" });
  for (
    const [init, expected, path] of [
      [json({ texts: ["a cat"] }), [[text], []]],
      [json({ images: [BASE64] }), [[], [cat]]],
      [json({ texts: ["a cat", "a cat"], images: [BASE64, BASE64] }), [[text, text], [cat, cat]]],
      [untyped({ texts: ["a cat"], images: [BASE64] }), [[text], [cat]]],
      [json({ texts: null, images: [BASE64] }), [[], [cat]]],
      // A body that a worker reads.
      [json({ texts: ["a cat"], images: Array(20).fill(BASE64 + " ".repeat(80_000)) }), [
        [text],
        Array(20).fill(cat),
      ]],
      [json({ images: [BASE64] }), [[], [dct]], `/weaviate/${TOWERS.dct}/vectorize`],
    ] as const
  ) {
    assert.deepEqual(await vectors(app, init, path), expected);
  }
});

Deno.test("Weaviate is refused in texts", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: MODELS });
  for (
    const [init, status, message, path] of [
      [json({ images: [BASE64, "AQIDBA=="] }), 415, /^Image 1: /],
      [json({ texts: ["a", ""] }), 400, /^Text 1: /],
      [json({ texts: ["a"], images: [BASE64.slice(0, 4000)] }), 422, /^Input 1: .*truncated/],
      [json({}), 400, /no texts and no images/],
      [untyped("a"), 400, /must be a JSON object/],
      [json({ texts: ["a"] }), 404, /there are /, "/weaviate/nope/vectorize"],
      [
        json({ texts: ["a"] }),
        400,
        /none of its embedding space/,
        `/weaviate/${TOWERS.dct}/vectorize`,
      ],
      [{ method: "GET" }, 405, /POST/],
      [json({}), 404, /Cannot find path/, "/vectorize/a"],
    ] as const
  ) {
    const response = await app.post(path ?? PATH, init);
    const body = await response.json();
    assert.equal(response.status, status, body.error);
    assert.deepEqual(Object.keys(body), ["error"]);
    assert.match(body.error, message);
  }
});

Deno.test("Weaviate finds the gateway alive and ready, and what it says of itself", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: MODELS });
  for (const base of ["", `/weaviate/${TOWERS.image}`]) {
    for (const name of ["live", "ready"]) {
      const response = await app.get(`${base}/.well-known/${name}`);
      assert.deepEqual([response.status, response.body], [204, null], base + name);
    }
    const { models } = await (await app.get(`${base}/meta`)).json();
    const names = models.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, base === "" ? MODELS : [TOWERS.image]);
  }
  for (const path of ["meta", ".well-known/ready"]) {
    const response = await app.get(`/weaviate/nope/${path}`);
    assert.equal(response.status, 404);
    assert.match((await response.json()).error, /there are towers_image, /);
  }
  app.models.drain();
  const response = await app.get("/.well-known/ready");
  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { error: "Cannot embed as no model is ready" });
});

Deno.test("Weaviate's key is the password of the gateway's address", async () => {
  await using repository = await towerRepository();
  const env = { GATEWAY_API_KEYS: KEY };
  await using app = await createTowerApp(repository, { models: MODELS, env });
  const refused = await app.post(PATH, json({ texts: ["a cat"] }));
  assert.equal(refused.status, 401);
  assert.match((await refused.json()).error, /http:\/\/:KEY@HOST$/);
  assert.equal((await app.get("/.well-known/ready")).status, 204);
  assert.equal((await app.get("/meta")).status, 401);
  const headers = { authorization: `Basic ${btoa(`:${KEY}`)}` };
  assert.equal((await app.get("/meta", { headers })).status, 200);
  assert.equal((await app.post(PATH, json({ texts: ["a cat"] }, headers))).status, 200);
});
