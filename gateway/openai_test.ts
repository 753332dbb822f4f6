/** What OpenAI's clients send, through a whole gateway of three models, beside `POST /embed`. */
import assert from "node:assert/strict";
import { testFile } from "../testing/harness.ts";
import { bits, json, refusal, reply } from "../testing/towers/replies.ts";
import { createTowerApp, type TowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
const URI = `data:image/jpeg;base64,${CAT.toBase64()}`;
const PATH = "/v1/embeddings";
const KEY = "a-key-of-test-0123456";

/** Bits of every embedding of a reply. */
async function embedded(app: TowerApp, body: unknown, path = PATH): Promise<string[]> {
  const { data } = await reply(app, json(body), path);
  return data.map(({ embedding }: { embedding: string | number[] }) =>
    typeof embedding === "string" ? Uint8Array.fromBase64(embedding).toHex() : bits(embedding)
  );
}

Deno.test("images and texts have the bits of /embed in every form of OpenAI's family", async (t) => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const native = async (body: unknown) => bits((await reply(app, json(body))).embedding);
  const dct = await native({ image: CAT.toBase64() });
  const model = TOWERS.image;
  const cat = await native({ image: CAT.toBase64(), model });
  const words = await native({ text: "a cat" });
  const part = { type: "image_url", image_url: { url: URI } };
  const chat = (content: unknown) => ({ role: "user", content });
  for (
    const [what, body, expected] of [
      ["a data URI", { input: URI }, [dct]],
      ["a model by name", { input: [URI], model }, [cat]],
      ["a text", { input: "a cat", model: TOWERS.text }, [words]],
      ["both, of one space", { input: ["a cat", URI] }, [words, cat]],
      ["base64", { input: [URI, URI], model, encoding_format: "base64" }, [cat, cat]],
      ["Jina's objects", { input: [{ image: CAT.toBase64() }, { text: "a cat" }], model }, [
        cat,
        words,
      ]],
      ["infinity's", { input: [URI], model, modality: "image", dimensions: 0 }, [cat]],
      ["vLLM's messages", { messages: [chat([part])], model }, [cat]],
      ["vLLM's conversations", { input: [[chat([part])], [chat("a cat")]], model }, [cat, words]],
      ["a full-sized embedding", { input: URI, model, dimensions: 512 }, [cat]],
      [
        "a body that a worker reads",
        { input: Array(20).fill(`${URI}${" ".repeat(50_000)}`), model },
        Array(
          20,
        ).fill(cat),
      ],
    ] as const
  ) {
    await t.step(what, async () => assert.deepEqual(await embedded(app, body), expected));
  }
  await t.step("and on infinity's path, without a content type", async () => {
    assert.deepEqual(await embedded(app, { input: URI }, "/embeddings"), [dct]);
    const bytes = new TextEncoder().encode(JSON.stringify({ input: URI }));
    const response = await app.post(PATH, { body: bytes });
    assert.equal(response.status, 200);
    assert.equal((await response.json()).model, TOWERS.dct);
  });
});

Deno.test("OpenAI's clients are refused in their envelope", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const broken = "data:image/jpeg;base64,AQIDBA==";
  for (
    const [body, expected] of [
      [{ input: URI, model: "nope" }, /^404 model_not_found: /],
      [
        { input: URI, dimensions: 256 },
        /^400 invalid_option: .* must be 512, which model dct_512 has$/,
      ],
      [{ input: [URI, broken] }, /^400 unsupported_media_type: Input 1: /],
      [{ input: [URI.slice(0, URI.length >> 1)] }, /^400 invalid_image: /],
      [{ input: ["a", ""] }, /^400 invalid_text: Input 1: /],
      [{ input: [[1, 2]] }, /^400 invalid_body: .*check_embedding_ctx_length=False/],
      [{ input: "a", model: TOWERS.dct }, /^400 modality_not_supported: /],
    ] as const
  ) {
    const init = json(body);
    assert.match(await refusal(app, init, PATH), expected);
    const { status } = app.telemetry.requests.at(-1) ?? {};
    assert.equal(String(status), expected.source.slice(1, 4));
    const { error } = await (await app.post(PATH, json(body))).json();
    assert.deepEqual(Object.keys(error), ["message", "type", "param", "code"]);
  }
  const { error } = await (await app.get(PATH)).json();
  assert.deepEqual([error.code, error.type], ["method_not_allowed", "invalid_request_error"]);
});

Deno.test("GET /v1/models and /models list models for OpenAI's and infinity's clients and for operators", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    env: { GATEWAY_API_KEYS: KEY, GATEWAY_MODEL_ALIASES: `clip=${TOWERS.image}` },
  });
  for (const path of ["/v1/models", "/models"]) {
    const refused = await app.get(path);
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get("www-authenticate"), "Bearer");
    assert.equal((await refused.json()).error.type, "authentication_error");
    const headers = { authorization: `Bearer ${KEY}` };
    const { object, data, models } = await (await app.get(path, { headers })).json();
    assert.equal(object, "list");
    const [{ created, ...first }] = data;
    assert.deepEqual(first, { id: TOWERS.dct, object: "model", owned_by: "infinity", stats: {} });
    assert.ok(Number.isInteger(created));
    const names = Object.values(TOWERS);
    const ids = data.map(({ id }: { id: string }) => id);
    assert.deepEqual(ids, [TOWERS.dct, TOWERS.image, "clip", TOWERS.text]);
    assert.deepEqual(models.map(({ name }: { name: string }) => name), names);
    assert.equal(models[0].ready, true);
  }
});
