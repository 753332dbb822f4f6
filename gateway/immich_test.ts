/** What Immich's server sends, through a whole gateway of three models, beside `POST /embed`. */
import assert from "node:assert/strict";
import { testFile } from "../testing/harness.ts";
import { bits, json, reply } from "../testing/towers/replies.ts";
import { createTowerApp, type TowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
/** 190 × 121, to be turned by a quarter. */
const LYING = await testFile("goldens/inputs/exif_xmp_orientation_6_190x121.jpg");
const PATH = "/predict";
const KEY = "a-key-of-test-0123456";
const MODEL = "ViT-B-32__laion2b-s34b-b79k";
const ALIASES = { GATEWAY_MODEL_ALIASES: `${MODEL}=${TOWERS.image}` };
const FACES = {
  "facial-recognition": {
    detection: { modelName: "buffalo_l", options: { minScore: 0.7 } },
    recognition: { modelName: "buffalo_l" },
  },
};

/** A form as `getFormData()` of Immich's machine learning repository makes it. */
function predict(
  entries: unknown,
  payload: { readonly text: string } | { readonly image: Uint8Array<ArrayBuffer> },
): RequestInit {
  const body = new FormData();
  body.append("entries", JSON.stringify(entries));
  if ("text" in payload) body.append("text", payload.text);
  else body.append("image", new Blob([payload.image]));
  return { method: "POST", body };
}

const visual = (image: Uint8Array<ArrayBuffer>, modelName = MODEL) =>
  predict({ clip: { visual: { modelName } } }, { image });
const textual = (text: string, modelName = MODEL) =>
  predict({ clip: { textual: { modelName, options: { language: "en" } } } }, { text });

async function embedded(app: TowerApp, init: RequestInit): Promise<string> {
  return bits(JSON.parse((await reply(app, init, PATH)).clip));
}

Deno.test("Immich's images and texts have the bits of /embed, and the sizes of their files", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { env: ALIASES });
  const native = async (body: unknown) => bits((await reply(app, json(body))).embedding);
  const cat = await native({ image: CAT.toBase64(), model: TOWERS.image });
  assert.equal(await embedded(app, visual(CAT)), cat);
  const text = await native({ text: "a cat", model: TOWERS.text });
  assert.equal(await embedded(app, textual("a cat")), text);
  assert.deepEqual(Object.keys(await reply(app, textual("a cat"), PATH)), ["clip"]);
  const { clip, ...size } = await reply(app, visual(LYING), PATH);
  assert.equal(typeof clip, "string");
  assert.deepEqual(size, { imageHeight: 121, imageWidth: 190 });
  // A body that a worker reads; white space behind a JPEG's end is nothing.
  const long = new Uint8Array(2 * 1024 * 1024);
  long.set(CAT);
  assert.equal(await embedded(app, visual(long)), cat);
  const { imageWidth } = await reply(app, visual(long), PATH);
  assert.equal(imageWidth, (await reply(app, visual(CAT), PATH)).imageWidth);
});

Deno.test("Immich's sizes are those of the file where photos are turned upright by default, too", async () => {
  await using repository = await towerRepository();
  const env = { ...ALIASES, GATEWAY_ORIENT: "exif" };
  await using app = await createTowerApp(repository, { env });
  const body = { image: LYING.toBase64(), model: TOWERS.image };
  const { embedding } = await reply(app, json(body));
  assert.equal(await embedded(app, visual(LYING)), bits(embedding));
  assert.equal((await reply(app, visual(LYING), PATH)).imageHeight, 121);
});

Deno.test("Immich is refused in its own words", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { env: ALIASES });
  for (
    const [init, status, message] of [
      [visual(CAT, "ViT-B-32__openai"), 404, /there are dct_512, .*, ViT-B-32__laion2b-s34b-b79k$/],
      [textual("a cat", TOWERS.dct), 400, /embeds images, and none of its embedding space/],
      [visual(CAT.subarray(0, 2000)), 422, /truncated/],
      [visual(new TextEncoder().encode("a text")), 415, /must be one of/],
      [textual(""), 400, /must hold a word/],
      [predict(FACES, { image: CAT }), 400, /GATEWAY_IMMICH_UPSTREAM_URL/],
      [json({ image: CAT.toBase64() }), 400, /boundary/],
      [{ method: "GET" }, 405, /POST/],
    ] as const
  ) {
    const response = await app.post(PATH, init);
    const body = await response.json();
    assert.equal(response.status, status, body.detail);
    assert.deepEqual(Object.keys(body), ["detail"]);
    assert.match(body.detail, message);
  }
});

Deno.test("Immich pings without a key, and predicts with one", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    env: { ...ALIASES, GATEWAY_API_KEYS: KEY },
  });
  const ping = await app.get("/ping");
  assert.deepEqual([ping.status, await ping.text()], [200, "pong"]);
  assert.match(ping.headers.get("content-type") ?? "", /^text\/plain/);
  const refused = await app.post(PATH, visual(CAT));
  assert.equal(refused.status, 401);
  assert.match((await refused.json()).detail, /Authorization: Bearer KEY$/);
  // As a proxy adds it.
  const headers = { authorization: `Bearer ${KEY}` };
  assert.equal((await app.post(PATH, { ...visual(CAT), headers })).status, 200);
});

Deno.test("faces go on to Immich's own server as they came, without the gateway's key, and images do not", async () => {
  const seen: { type: string | null; key: string | null; form: FormData }[] = [];
  const faces = { "facial-recognition": [], imageHeight: 1, imageWidth: 1 };
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { headers } = request;
      seen.push({
        type: headers.get("content-type"),
        key: headers.get("authorization"),
        form: await request.formData(),
      });
      return Response.json(faces);
    },
  );
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    models: [TOWERS.image],
    env: {
      ...ALIASES,
      GATEWAY_API_KEYS: KEY,
      GATEWAY_IMMICH_UPSTREAM_URL: `http://127.0.0.1:${server.addr.port}`,
    },
  });
  const headers = { authorization: `Bearer ${KEY}` };
  // One is read here and one by a worker, if it were for the gateway.
  for (const bytes of [CAT, new Uint8Array(2 * 1024 * 1024)]) {
    const response = await app.post(PATH, { ...predict(FACES, { image: bytes }), headers });
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), faces);
    const { form, key } = seen.at(-1) ?? {};
    assert.equal(key, null);
    assert.deepEqual(JSON.parse(String(form?.get("entries"))), FACES);
    assert.deepEqual(await (form?.get("image") as File).bytes(), bytes);
  }
  const { route, model } = app.telemetry.requests.at(-1) ?? {};
  assert.deepEqual([route, model], ["upstream", undefined]);
  assert.equal((await app.post(PATH, { ...visual(CAT), headers })).status, 200);
  assert.equal((await app.post(PATH, predict(FACES, { image: CAT }))).status, 401);
  const both = { clip: { visual: { modelName: MODEL } }, ...FACES };
  const refused = await app.post(PATH, { ...predict(both, { image: CAT }), headers });
  assert.equal(refused.status, 400);
  assert.equal(seen.length, 2);
  assert.equal(app.admission.usage.requests, 0);
});

Deno.test("faces are refused with 503 while Immich's own server is away", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    env: { ...ALIASES, GATEWAY_IMMICH_UPSTREAM_URL: `http://127.0.0.1:${port}` },
  });
  const response = await app.post(PATH, predict(FACES, { image: CAT }));
  assert.equal(response.status, 503);
  assert.equal(response.headers.get("retry-after"), "1");
  assert.match((await response.json()).detail, /cannot be reached$/);
});
