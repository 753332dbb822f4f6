import assert from "node:assert/strict";
import { z } from "zod";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { gemini } from "./gemini.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
/** In the alphabet for URLs, as Google's clients write it. */
const DATA = "-_8";
const BYTES = Uint8Array.of(0xfb, 0xff);
const BLOB = { inlineData: { mimeType: "image/jpeg", data: DATA } };
const SNAKE = { inline_data: { mime_type: "image/jpeg", data: DATA } };

const decode = (value: unknown): EmbedRequest =>
  gemini.decode(encodedRequest(value, { params: { model: "clip:1" } }), LIMITS);
const one = (...parts: unknown[]) => ({ content: { parts } });
const batch = (...parts: unknown[]) => ({ requests: parts.map((part) => one(part)) });

for (
  const [value, inputs, modality, isSingle] of [
    [batch({ text: "a cat" }), ["a cat"], "text", false],
    [batch(BLOB, SNAKE), [BYTES, BYTES], "image", false],
    [batch({ inlineData: { data: DATA } }), [BYTES], "image", false],
    [batch(BLOB, { text: "a cat", inlineData: null }), [BYTES, "a cat"], ["image", "text"], false],
    [one(BLOB), [BYTES], "image", true],
    [one({ text: "" }, SNAKE), [BYTES], "image", true],
    [{ content: { role: "user", parts: [{ text: "a" }] } }, ["a"], "text", true],
  ] as const
) {
  Deno.test(`gemini.decode() reads ${JSON.stringify(value)}`, () => {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
    assert.deepEqual([request.isSingle, request.model], [isSingle, "clip:1"]);
  });
}

Deno.test("gemini.decode() takes what clients send along", () => {
  const content = one({ text: "a" });
  const more = { model: "models/clip:1", taskType: "RETRIEVAL_QUERY", title: "t" };
  assert.equal(decode({ ...content, ...more, outputDimensionality: 512 }).dimensions, 512);
  const { dimensions } = decode({
    requests: [{ ...content, output_dimensionality: 512 }, content],
  });
  assert.equal(dimensions, 512);
  assert.equal("dimensions" in decode({ ...content, model: "clip:1" }), false);
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /content must be an object$/],
    [{ requests: [] }, "invalid_body", /requests must be a list of at least 1$/],
    [{ requests: {} }, "invalid_body", /requests must be an array$/],
    [{ requests: [{}] }, "invalid_body", /requests\.0\.content must be an object$/],
    [one(), "invalid_body", /Content 0 has 0 parts and must have one/],
    [one({ text: "a" }, BLOB), "invalid_body", /Content 0 has 2 parts and must have one/],
    [batch(BLOB, {}), "invalid_body", /a part of Content 1 must have either text or inlineData/],
    [batch({ text: "a", ...BLOB }), "invalid_body", /must have either text or inlineData/],
    [
      batch({ fileData: { fileUri: "gs://a/b" } }),
      "invalid_body",
      /nothing is fetched for fileData/,
    ],
    [batch({ inlineData: {} }), "invalid_body", /parts\.0\.inlineData\.data must be a string$/],
    [batch({ inlineData: { data: "A+_8" } }), "invalid_base64", /^Content 0: .*must be base64/],
    [
      batch({ inlineData: { mimeType: "audio/mpeg", data: DATA } }),
      "unsupported_media_type",
      /mimeType of Content 0 must be image/,
    ],
    [{ ...one(BLOB), model: "models/other" }, "invalid_body", /model must be that of the path$/],
    [{ requests: [one(BLOB), { ...one(BLOB), model: "o" }] }, "invalid_body", /of the path$/],
    [batch(BLOB, BLOB, BLOB), "too_many_images", /must be ≤ 2: current value is 3/],
    [{ ...one(BLOB), outputDimensionality: -1 }, "invalid_body", /outputDimensionality has a/],
    [
      {
        requests: [{ ...one(BLOB), outputDimensionality: 512 }, {
          ...one(BLOB),
          outputDimensionality: 3,
        }],
      },
      "invalid_option",
      /must be the same for all$/,
    ],
  ] as const
) {
  Deno.test(`gemini.decode() answers ${code} for ${JSON.stringify(value).slice(0, 90)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

Deno.test("gemini.reply() writes a list for a batch, and one by itself", async () => {
  const rows = [Float32Array.of(0.375, -1), Float32Array.of(2, 0.25)];
  const write = async (value: unknown, items: readonly Float32Array[]) => {
    const reply = gemini.reply(decode(value), new Headers());
    const body = await reply(items, { model: "fake", dim: 2, tokens: 7 }).json();
    gemini.schemas?.reply.parse(body);
    return body;
  };
  const usageMetadata = { promptTokenCount: 7 };
  assert.deepEqual(await write(batch(BLOB, BLOB), rows), {
    embeddings: [{ values: [0.375, -1] }, { values: [2, 0.25] }],
    usageMetadata,
  });
  assert.deepEqual(await write(one(BLOB), rows.slice(0, 1)), {
    embedding: { values: [0.375, -1] },
    usageMetadata,
  });
});

Deno.test("gemini.key.read() finds the key in its header, else in the query", () => {
  const read = (url: string, headers = {}) => gemini.key.read(new Headers(headers), url);
  assert.equal(read("http://a/b?alt=json&key=a%2Bb"), "a+b");
  assert.equal(read("http://a/b?key=q", { "x-goog-api-key": "h" }), "h");
  assert.equal(read("http://a/b", { authorization: "Bearer h" }), "");
  assert.equal(gemini.key.read(new Headers()), "");
});

Deno.test("gemini words errors with google.rpc's codes", () => {
  const told = (code: ErrorCode) => {
    // deno-lint-ignore no-explicit-any
    const { error } = gemini.errorBody(new GatewayError(code, "Cannot"), "r") as any;
    assert.deepEqual([Object.keys(error), error.message], [
      ["code", "message", "status"],
      "Cannot",
    ]);
    assert.equal(error.code, gemini.status?.(new GatewayError(code, "Cannot")));
    return `${error.code} ${error.status}`;
  };
  for (const code of Object.keys(ERROR_CATALOGUE)) told(code as ErrorCode);
  assert.equal(told("invalid_image"), "400 INVALID_ARGUMENT");
  assert.equal(told("too_many_images"), "400 INVALID_ARGUMENT");
  assert.equal(told("unauthorized"), "401 UNAUTHENTICATED");
  assert.equal(told("model_not_found"), "404 NOT_FOUND");
  assert.equal(told("overloaded"), "429 RESOURCE_EXHAUSTED");
  assert.equal(told("internal"), "500 INTERNAL");
  assert.equal(told("draining"), "503 UNAVAILABLE");
  assert.equal(told("deadline_exceeded"), "504 DEADLINE_EXCEEDED");
});

Deno.test("gemini's schemas are JSON Schema's, too", () => {
  for (const schema of [gemini.schemas?.request, gemini.schemas?.reply, gemini.schemas?.error]) {
    assert.ok(z.toJSONSchema(schema as z.ZodType));
  }
});
