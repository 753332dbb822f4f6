import assert from "node:assert/strict";
import { IMAGE_BATCH_TYPE } from "../gateway/contract/image_batch.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { json } from "../testing/towers/replies.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";
import type { Embedding } from "./embedding.ts";
import { EmbeddingClient } from "./embedding_client.ts";
import { EmbeddingError } from "./embedding_error.ts";

const KEY = "a-key-of-test-0123456";
const CAT = await testFile("photos/cat.jpg");
const ONCE = { retry: { attemptsMax: 1 } };
const MADE_BY = { "x-embedding-space": "s1", "x-preprocess-id": "p1" };

const errorOf = (code: string) => ({ error: { code, message: "" } });

async function failureOf(promise: Promise<unknown>): Promise<EmbeddingError> {
  const thrown = await promise.then(() => undefined, (thrown) => thrown);
  assert.ok(thrown instanceof EmbeddingError, String(thrown));
  return thrown;
}

/** A server of one answer. */
function serve(answer: (request: Request) => Response | Promise<Response>) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("EmbeddingClient.embed() gives what /embed gives, bit for bit, and what it may be compared with", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
    GATEWAY_API_KEYS: KEY,
  });
  const client = new EmbeddingClient({ url: `${gateway.url}/`, key: KEY });
  const models = await client.models();
  const [image, text] = models;
  assert.deepEqual(models.map(({ name }) => name), [TOWERS.image, TOWERS.text]);
  const authorization = `Bearer ${KEY}`;
  for (
    const [input, body, model] of [
      [CAT.slice(), { image: CAT.toBase64() }, image],
      [{ text: "a cat" }, { text: "a cat" }, text],
    ] as const
  ) {
    const embedding = await client.embed(input);
    const reply = await fetch(`${gateway.url}/embed`, json(body, { authorization }));
    const { embedding: expected } = await reply.json();
    assert.deepEqual(embedding.vector, Float32Array.from(expected));
    assert.equal(embedding.space, model?.embedding_space);
    assert.equal(embedding.preprocessId, reply.headers.get("x-preprocess-id"));
    assert.match(embedding.modelDigest ?? "", /^[0-9a-f]{64}$/);
    assert.equal(embedding.modelDigest, reply.headers.get("x-model-digest"));
    assert.equal(embedding.madeBy, gateway.url);
  }
  const named = new EmbeddingClient({ url: gateway.url, key: KEY, model: "nope" });
  assert.equal((await failureOf(named.embed(CAT.slice()))).code, "model_not_found");
  const keyless = new EmbeddingClient({ url: gateway.url });
  assert.equal((await failureOf(keyless.embed(CAT.slice()))).code, "unauthorized");
  const broken = await failureOf(client.embed(CAT.slice(0, 5000)));
  assert.deepEqual([broken.code, broken.status], ["invalid_image", 422]);
  const { ms, parts: [line, inside] } = await client.profile(CAT.slice());
  assert.deepEqual([line?.name, inside?.name], ["line", "gateway"]);
  assert.ok(inside !== undefined && inside.ms > 0 && ms >= inside.ms);
  assert.ok(inside.parts.some(({ name }) => name === "preprocess"));
});

Deno.test("EmbeddingClient.embedBatch() gives what embed() gives, bit for bit, and each bad input its own error", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
  });
  const client = new EmbeddingClient({ url: gateway.url });
  const photos = [CAT.slice(), CAT.slice(0, 5000), await testFile("photos/rocket.jpg")];
  const [cat, broken, rocket] = await client.embedBatch(photos.map((photo) => photo.slice()));
  assert.deepEqual(cat, await client.embed(CAT.slice()));
  assert.deepEqual(rocket, await client.embed(photos[2]?.slice() as Uint8Array<ArrayBuffer>));
  assert.ok(broken instanceof EmbeddingError);
  assert.deepEqual([broken.code, broken.status, broken.isOfGateway], ["invalid_image", 422, false]);
  const words = "word ".repeat(200);
  const texts = await client.embedBatch([{ text: "a cat" }, { text: words }, { text: " " }]);
  assert.deepEqual(texts[0], await client.embed({ text: "a cat" }));
  assert.deepEqual(texts[1], await client.embed({ text: words }));
  assert.equal((texts[1] as Embedding).isTruncated, true);
  assert.equal((texts[2] as EmbeddingError).code, "invalid_text");
  // More than a request may hold goes one by one.
  const many = await client.embedBatch(Array.from({ length: 33 }, () => CAT.slice()));
  assert.deepEqual(new Set(many.map((result) => "vector" in result)), new Set([true]));
});

Deno.test("EmbeddingClient.embedBatch() sends forms to a gateway that knows no other batch, and asks it once", async () => {
  const types: string[] = [];
  const error = { code: "invalid_image", message: "bad" };
  await using server = serve(async (request) => {
    const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
    types.push(type);
    await request.body?.cancel();
    return type === "multipart/form-data"
      ? Response.json({ results: [{ error }, { error }] }, {
        headers: { "x-embedding-space": "s1", "x-preprocess-id": "p1" },
      })
      : Response.json({ error: { code: "unsupported_media_type", message: "" } }, { status: 415 });
  });
  const client = new EmbeddingClient({ url: server.url, ...ONCE });
  for (let batch = 0; batch < 2; batch++) {
    const results = await client.embedBatch([CAT.slice(), CAT.slice()]);
    assert.deepEqual(results.map((one) => (one as EmbeddingError).code), Array(2).fill(error.code));
  }
  const form = "multipart/form-data";
  assert.deepEqual(types, ["application/x-image-batch", form, form]);
});

for (
  const [what, answer, requests] of [
    ["proxy's limit", () => new Response("too large", { status: 413 }), 1],
    [
      "mistake",
      () => Response.json({ error: { code: "internal", message: "" } }, { status: 500 }),
      1,
    ],
    ["list of another length", () => Response.json({ results: [{}] }, { headers: MADE_BY }), 1],
    ["body that never comes", () => Response.json(errorOf("body_timeout"), { status: 408 }), 1],
    ["lack of room that stays", () => Response.json(errorOf("overloaded"), { status: 429 }), 2],
  ] as const
) {
  Deno.test(`EmbeddingClient.embedBatch() takes a request apart for a ${what}, which says nothing of a photo`, async () => {
    const sizes: number[] = [];
    await using server = serve(async (request) => {
      const isBatch = request.headers.get("content-type") === IMAGE_BATCH_TYPE;
      const { byteLength } = await request.arrayBuffer();
      if (isBatch) return sizes.push(0), answer();
      sizes.push(byteLength);
      return byteLength === 2
        ? Response.json(errorOf("invalid_image"), { status: 422 })
        : new Response(Float32Array.of(byteLength).buffer, { headers: MADE_BY });
    });
    const client = new EmbeddingClient({
      url: server.url,
      retry: { baseMs: 1, waitsForRoom: true },
    });
    const told: string[] = [];
    const photos = [1, 2, 3].map((size) => new Uint8Array(size));
    const [one, two, three] = await client.embedBatch(photos, {
      onSplit: ({ code }) => told.push(code),
    });
    assert.deepEqual(sizes, [...Array(requests).fill(0), 1, 2, 3]);
    assert.equal(told.length, 1);
    assert.equal((two as EmbeddingError).code, "invalid_image");
    assert.deepEqual([one, three].map((made) => (made as Embedding).vector[0]), [1, 3]);
  });
}

Deno.test("EmbeddingClient.embedBatch() ends at once where each input would be told the same", async () => {
  let requests = 0;
  await using server = serve(() => {
    requests++;
    return Response.json(errorOf("unauthorized"), { status: 401 });
  });
  const client = new EmbeddingClient({ url: server.url });
  const failed = client.embedBatch([new Uint8Array(1), new Uint8Array(2)]);
  await assert.rejects(failed, { code: "unauthorized" });
  assert.equal(requests, 1);
});

Deno.test("EmbeddingClient sends again what a gateway has no room for", async () => {
  let requests = 0;
  const overloaded = { error: { code: "overloaded", message: "full" } };
  await using server = serve(() =>
    ++requests < 3
      ? Response.json(overloaded, { status: 429, headers: { "retry-after-ms": "1" } })
      : new Response(new Uint8Array(8), {
        headers: { "x-embedding-space": "s1", "x-preprocess-id": "p1" },
      })
  );
  const told: string[] = [];
  const client = new EmbeddingClient({ url: server.url, retry: { baseMs: 1 } });
  const { vector } = await client.embed({ text: "a" }, { onRetry: ({ code }) => told.push(code) });
  assert.deepEqual([vector.length, requests], [2, 3]);
  assert.deepEqual(told, ["overloaded", "overloaded"]);
});

Deno.test("EmbeddingClient says what is not a gateway, and what is not there", async () => {
  await using server = serve(() => new Response("hello"));
  const other = await failureOf(new EmbeddingClient({ url: server.url }).embed({ text: "a" }));
  assert.match(other.message, /is this a gateway\?$/);
  const nobody = new EmbeddingClient({ url: "http://127.0.0.1:1", ...ONCE });
  const gone = await failureOf(nobody.embed({ text: "a" }));
  assert.deepEqual([gone.code, gone.isRetryable], ["unreachable", true]);
  assert.match(gone.message, /^Cannot reach http:\/\/127\.0\.0\.1:1: /);
});

Deno.test("EmbeddingClient gives up on a gateway that does not answer, and at once when it is told to", async () => {
  const { promise: never, resolve } = Promise.withResolvers<Response>();
  await using server = serve(() => never);
  const client = new EmbeddingClient({ url: server.url, timeoutMs: 50, ...ONCE });
  const late = await failureOf(client.embed({ text: "a" }));
  assert.match(late.message, /did not answer within 50 ms$/);
  const patient = new EmbeddingClient({ url: server.url });
  const ending = new AbortController();
  const asked = patient.embed({ text: "a" }, { signal: ending.signal });
  ending.abort(new Error("enough"));
  await assert.rejects(asked, /^Error: enough$/);
  resolve(new Response());
});

for (const url of ["ftp://a", "nonsense", ""]) {
  Deno.test(`EmbeddingClient refuses ${JSON.stringify(url)} as its URL`, () => {
    assert.throws(() => new EmbeddingClient({ url }), TypeError);
  });
}
