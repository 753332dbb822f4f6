import assert from "node:assert/strict";
import { createTestApp } from "../../../testing/app_harness.ts";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { testFile } from "../../../testing/harness.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { json } from "../../../testing/towers/replies.ts";
import { ollama } from "./ollama.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 200 };
const URI = "data:image/png;base64,AQ==";
const CAT = await testFile("photos/cat.jpg");
const CAT_URI = `data:image/jpeg;base64,${CAT.toBase64()}`;
const KEY = "a-key-of-test-0123456";

const decode = (value: unknown) => ollama.decode(encodedRequest(value), LIMITS);

Deno.test("ollama.decode() reads a string, a list of them, and one prompt", () => {
  for (
    const [value, inputs, isSingle] of [
      [{ input: "a cat" }, ["a cat"], false],
      [{ input: [URI, "a cat"] }, [Uint8Array.of(1), "a cat"], false],
      [{ prompt: "a cat" }, ["a cat"], true],
      [{ prompt: URI }, [Uint8Array.of(1)], true],
    ] as const
  ) {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.isSingle], [inputs, isSingle]);
  }
});

Deno.test("ollama.decode() takes what its clients send along, and a model's name with their tag", () => {
  const request = decode({
    ...{ model: "clip:latest", input: "a", truncate: false, dimensions: 512 },
    ...{ keep_alive: "5m", options: { num_ctx: 77 } },
  });
  const { model, mustFit, dimensions } = request;
  assert.deepEqual([model, mustFit, dimensions], ["clip", true, 512]);
  const plain = decode({ model: "clip:1", input: "a", dimensions: 0 });
  assert.deepEqual([plain.model, plain.mustFit], ["clip:1", false]);
  assert.equal("dimensions" in plain, false);
});

for (
  const [value, message] of [
    [{}, /input must be a string or a list of them/],
    [{ input: [1] }, /input must be a string or a list of them/],
    [{ prompt: ["a", "b"] }, /prompt must be a string$/],
    [{ input: "a", truncate: "no" }, /truncate must be a boolean$/],
    [{ input: "a", dimensions: -1 }, /dimensions has a value that is not allowed$/],
    [{ input: "a", model: 7 }, /model must be a string$/],
  ] as const
) {
  Deno.test(`ollama.decode() refuses ${JSON.stringify(value)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, message);
  });
}

Deno.test("Ollama's clients get the vectors of /embed, its lists, and its errors", async () => {
  await using app = await createTestApp({ apiKeys: [KEY] });
  const headers = { authorization: `Bearer ${KEY}` };
  const ask = async (path: string, body: unknown) =>
    await (await app.request(path, json(body, headers))).json();
  const { embedding } = await ask("/embed", { image: CAT.toBase64() });
  const model = "dct_512";
  assert.deepEqual(await ask("/api/embed", { model: `${model}:latest`, input: CAT_URI }), {
    model,
    embeddings: [embedding],
  });
  assert.deepEqual(await ask("/api/embeddings", { model, prompt: CAT_URI }), { embedding });
  for (
    const [path, body, status] of [
      ["/api/embed", { model: "nope", input: CAT_URI }, 404],
      ["/api/embed", { model, input: [] }, 400],
      ["/api/embed", { model, input: CAT_URI, dimensions: 3 }, 400],
      ["/api/show", { model }, 404],
    ] as const
  ) {
    const response = await app.request(path, json(body, headers));
    assert.equal(response.status, status);
    const { error } = await response.json();
    assert.equal(typeof error, path === "/api/show" ? "object" : "string");
  }
  const tags = await (await app.request("/api/tags", { headers })).json();
  assert.deepEqual(tags.models.map(({ name, model }: Record<string, unknown>) => [name, model]), [
    [model, model],
  ]);
  const version = await app.request("/api/version", { headers });
  assert.match((await version.json()).version, /^\d+\.\d+/);
  const unknown = await app.request("/api/tags");
  assert.equal(unknown.status, 401);
  assert.match((await unknown.json()).error, /it has no API key/);
});
