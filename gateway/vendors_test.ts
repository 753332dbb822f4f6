/** What clients of Cohere, Voyage and Gemini send, through a whole gateway of three models, beside `POST /embed`. */
import assert from "node:assert/strict";
import { testFile } from "../testing/harness.ts";
import { bits, json, reply } from "../testing/towers/replies.ts";
import { createTowerApp, type TowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
const HALF = await testFile("photos/cat_half.jpg");
const DATA = CAT.toBase64();
const URI = `data:image/jpeg;base64,${DATA}`;
const URL_SAFE = CAT.toBase64({ alphabet: "base64url" });
/** Its end is missing. */
const BROKEN = CAT.subarray(0, CAT.length >> 1).toBase64();
const KEY = "a-key-of-test-0123456";
const PIXELS = 451 * 300 + 225 * 150;
/** Of "a cat", with the two marks. */
const TOKENS = 4;

const model = TOWERS.image;
const GEMINI = `/v1beta/models/${model}`;
const part = (url: string) => ({ type: "image_url", image_url: { url } });
const image = (image_base64: string) => ({ content: [{ type: "image_base64", image_base64 }] });
const words = (text: string) => ({ content: [{ type: "text", text }] });
const contents = (...parts: unknown[]) => ({
  requests: parts.map((part) => ({ model: `models/${model}`, content: { parts: [part] } })),
});
const blob = (data: string) => ({ inline_data: { mime_type: "image/jpeg", data } });
const texts = ["a cat"];

/** Long enough for the worker that reads long bodies. */
const padded = (uri: string) => `${uri}${" ".repeat(1 << 20)}`;

/** Embeddings of a reply, whosever it is. */
// deno-lint-ignore no-explicit-any
function rowsOf({ embeddings, embedding, data }: any): (string | number[])[] {
  const rows = embeddings?.float ?? embeddings?.base64 ?? embeddings ?? data ?? [embedding];
  // deno-lint-ignore no-explicit-any
  return rows.map((row: any) => Array.isArray(row) ? row : row.values ?? row.embedding ?? row);
}

const bitsOf = (row: string | number[]) =>
  typeof row === "string" ? Uint8Array.fromBase64(row).toHex() : bits(row);

Deno.test("images and texts have the bits of /embed for Cohere's, Voyage's and Gemini's clients", async (t) => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const native = async (body: unknown) => bits((await reply(app, json(body))).embedding);
  const photo = await native({ image: DATA, model });
  const text = await native({ text: "a cat" });
  const inputs = [{ content: [part(URI)] }, { content: [{ type: "text", text: "a cat" }] }];
  for (
    const [what, path, body, expected] of [
      ["Cohere's images", "/v2/embed", { model, images: [URI, DATA] }, [photo, photo]],
      ["Cohere's texts", "/v2/embed", { model, texts }, [text]],
      ["Cohere's inputs", "/v2/embed", { model, inputs }, [photo, text]],
      ["Cohere's base64", "/v2/embed", { model, inputs, embedding_types: ["base64"] }, [
        photo,
        text,
      ]],
      ["Cohere's first version", "/v1/embed", { model, images: [URI] }, [photo]],
      ["Cohere's long bodies", "/v1/embed", { model, images: [padded(URI)] }, [photo]],
      ["Voyage's inputs", "/v1/multimodalembeddings", {
        model,
        inputs: [image(URI), words("a cat")],
        encoding_format: "base64",
      }, [photo, text]],
      [
        "Voyage's long bodies",
        "/v1/multimodalembeddings",
        { model, inputs: [image(padded(URI))] },
        [
          photo,
        ],
      ],
      ["Voyage's texts", "/v1/embeddings", { model, input: texts, truncation: true }, [text]],
      [
        "Gemini's batch",
        `${GEMINI}:batchEmbedContents`,
        contents(blob(URL_SAFE), { text: "a cat" }),
        [
          photo,
          text,
        ],
      ],
      ["Gemini's long bodies", `${GEMINI}:batchEmbedContents`, contents(blob(padded(DATA))), [
        photo,
      ]],
      ["Gemini's single", `${GEMINI}:embedContent`, { content: { parts: [blob(DATA)] } }, [photo]],
      [
        "Gemini's first version",
        `/v1/models/${TOWERS.text}:embedContent`,
        { content: { parts: [{ text: "a cat" }] } },
        [text],
      ],
    ] as const
  ) {
    await t.step(what, async () => {
      assert.deepEqual(rowsOf(await reply(app, json(body), path)).map(bitsOf), expected);
    });
  }
  await t.step("and pixels are Voyage's of images that move to workers, too", async () => {
    const inputs = [image(URI), image(HALF.toBase64())];
    const { usage } = await reply(app, json({ model, inputs }), "/v1/multimodalembeddings");
    assert.equal(usage.image_pixels, PIXELS);
  });
  await t.step("and the routes are known to metrics by their templates", () => {
    const routes = new Set(app.telemetry.requests.map(({ route }) => route));
    assert.ok(routes.has("/v1beta/models/{model}:batchEmbedContents"));
  });
});

Deno.test("tokens and pixels are counted, of texts that the cache knows, too", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { env: { GATEWAY_CACHE_BYTES: "2000000" } });
  const both = [words("a cat"), image(URI), words("a cat"), image(HALF.toBase64())];
  const inputs = [words("a cat"), { content: [part(URI)] }];
  for (let pass = 0; pass < 2; pass++) {
    const openai = await reply(app, json({ input: [URI, "a cat"] }), "/v1/embeddings");
    assert.deepEqual(openai.usage, { prompt_tokens: TOKENS, total_tokens: TOKENS });
    const cohere = await reply(app, json({ inputs }), "/v2/embed");
    assert.deepEqual(cohere.meta.billed_units, { images: 1, input_tokens: TOKENS });
    const voyage = await reply(app, json({ inputs: both }), "/v1/multimodalembeddings");
    assert.deepEqual(voyage.usage, {
      ...{ text_tokens: 2 * TOKENS, image_pixels: PIXELS },
      ...{ video_pixels: 0, total_tokens: 2 * TOKENS },
    });
    const batch = contents(blob(DATA), { text: "a cat" });
    const gemini = await reply(app, json(batch), `${GEMINI}:batchEmbedContents`);
    assert.deepEqual(gemini.usageMetadata, { promptTokenCount: TOKENS });
  }
});

/** Who speaks on a path, and where the error's message is. */
const MESSAGES = {
  "/v2/embed": "message",
  "/v1/embed": "message",
  "/v1/multimodalembeddings": "detail",
  "/v1/embeddings": "detail",
} as const;

async function refused(app: TowerApp, path: string, init: RequestInit): Promise<string> {
  const response = await app.post(path, init);
  const body = await response.json();
  const field = MESSAGES[path as keyof typeof MESSAGES];
  const said = field === undefined ? `${body.error.status} ${body.error.message}` : body[field];
  if (field === undefined) assert.equal(body.error.code, response.status);
  return `${response.status} ${said}`;
}

Deno.test("bad input is refused in its client's envelope, with a status that the client knows", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const batch = `${GEMINI}:batchEmbedContents`;
  const long = "a cat ".repeat(20);
  for (
    const [path, body, expected] of [
      ["/v2/embed", { model: "nope", texts }, /^404 Cannot find model/],
      ["/v2/embed", { images: [BROKEN] }, /^400 Cannot decode/],
      [
        "/v1/embed",
        { model, texts: ["a", long], truncate: "NONE" },
        /^400 Input 1: .*its tokens must be ≤ \d+$/,
      ],
      ["/v2/embed", { texts, output_dimension: 256 }, /^400 .*must be 512/],
      ["/v2/embed", { images: Array(33).fill(URI) }, /^400 .*must be ≤ 32: current value is 33/],
      ["/v2/embed", { images: [URI, BROKEN] }, /^400 Input 1: /],
      ["/v1/multimodalembeddings", { model: "nope", inputs: [image(URI)] }, /^400 Cannot find/],
      ["/v1/multimodalembeddings", { inputs: [image(BROKEN)] }, /^400 Cannot decode/],
      ["/v1/multimodalembeddings", { inputs: [words(long)], truncation: false }, /^400 .*tokens/],
      ["/v1/embeddings", { model: "nope", input: "a", truncation: true }, /^400 Cannot find model/],
      ["/v1/embeddings", { model, input: "a", output_dimension: 256 }, /^400 .*must be 512/],
      [batch.replace(model, "nope"), {
        requests: contents({ text: "a" }).requests.map(
          ({ content }) => ({ content }),
        ),
      }, /^404 NOT_FOUND Cannot find model/],
      [batch, contents(blob(BROKEN)), /^400 INVALID_ARGUMENT Cannot decode/],
      [
        batch,
        { requests: [{ ...contents({ text: "a" }).requests[0], outputDimensionality: 3 }] },
        /^400 INVALID_ARGUMENT .*must be 512/,
      ],
      [`${GEMINI}:generateContent`, { contents: [] }, /^405 INVALID_ARGUMENT /],
    ] as const
  ) {
    assert.match(await refused(app, path, json(body)), expected);
  }
  const deep = `${"[".repeat(1e5)}`;
  for (const path of [...Object.keys(MESSAGES).slice(0, 3), batch]) {
    const init = { ...json({}), body: `{"requests":${deep}` };
    assert.match(await refused(app, path, init), /^400 .*nest ≤ /);
    const form = json({}, { "content-type": "application/xml" });
    assert.match(await refused(app, path, form), /^400 .*content-type/);
  }
});

Deno.test("keys stand where each client puts them, and are asked for in its words", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    env: { GATEWAY_API_KEYS: KEY, GATEWAY_MODEL_ALIASES: `clip=${TOWERS.image}` },
  });
  const bearer = { authorization: `Bearer ${KEY}` };
  const google = { "x-goog-api-key": KEY };
  const body = contents({ text: "a cat" });
  const batch = `${GEMINI}:batchEmbedContents`;
  assert.match(await refused(app, "/v2/embed", json({ texts })), /^401 .*Bearer KEY$/);
  assert.match(
    await refused(app, batch, json(body)),
    /^401 UNAUTHENTICATED .*x-goog-api-key: KEY$/,
  );
  assert.match(await refused(app, batch, json(body, bearer)), /^401 /);
  assert.match(await refused(app, `${batch}?key=${KEY}0`, json(body)), /^401 UNAUTHENTICATED /);
  await reply(app, json({ texts }, bearer), "/v2/embed");
  await reply(app, json({ inputs: [words("a cat")] }, bearer), "/v1/multimodalembeddings");
  await reply(app, json(body, google), batch);
  await reply(app, json(body), `${batch}?key=${KEY}`);
  assert.ok(!JSON.stringify([app.telemetry.requests, app.telemetry.lines]).includes(KEY));

  const { models } = await (await app.get("/v1beta/models?pageSize=50", { headers: google }))
    .json();
  const names = models.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, [TOWERS.dct, model, "clip", TOWERS.text].map((name) => `models/${name}`));
  const listed = await (await app.get("/v1/models", { headers: google })).json();
  assert.deepEqual(
    listed.models.map(({ name }: { name: string }) => name),
    Object.values(TOWERS),
  );
  const one = await (await app.get("/v1beta/models/clip", { headers: google })).json();
  assert.deepEqual(one, models[2]);
  const none = await app.get(`/v1beta/models/nope?key=${KEY}`);
  assert.deepEqual([none.status, (await none.json()).error.status], [404, "NOT_FOUND"]);
});
