import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { openai } from "./openai.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 200 };
const URI = "data:image/png;base64,AQ==";
const ONE = Uint8Array.of(1);
const PART = { type: "image_url", image_url: { url: URI } };

function decode(value: unknown): EmbedRequest {
  // Azure's, which is nothing here.
  const query = { "api-version": "2024-02-01" };
  return openai.decode(encodedRequest(value, { query }), LIMITS);
}

const chat = (...content: unknown[]) => ({ role: "user", content });

for (
  const [value, inputs, modality] of [
    [{ input: "a cat" }, ["a cat"], "text"],
    [{ input: URI }, [ONE], "image"],
    [{ input: [URI, "a cat"] }, [ONE, "a cat"], ["image", "text"]],
    [{ input: ["https://a/cat.jpg"] }, ["https://a/cat.jpg"], "text"],
    [{ input: [{ image: "AQ" }, { text: "a cat" }, { image: URI }] }, [ONE, "a cat", ONE], [
      "image",
      "text",
      "image",
    ]],
    [{ input: { image: "AQ" } }, [ONE], "image"],
    [{ input: [PART] }, [ONE], "image"],
    [{ input: ["AQ==", URI], modality: "image" }, [ONE, ONE], "image"],
    [{ input: ["AQ==", URI], modality: ["image", "text"] }, [ONE, URI], ["image", "text"]],
    [{ messages: [chat(PART)] }, [ONE], "image"],
    [{ messages: [{ role: "user", content: "a cat" }] }, ["a cat"], "text"],
    [{ input: [chat(PART)] }, [ONE], "image"],
    [{ input: ["a cat", { content: [PART] }] }, ["a cat", ONE], ["text", "image"]],
    [{ input: [{ content: [PART] }, { content: [PART] }] }, [ONE, ONE], "image"],
    [{ input: [[chat(PART)], [chat({ type: "text", text: "a" })]] }, [ONE, "a"], ["image", "text"]],
  ] as const
) {
  Deno.test(`openai.decode() reads ${JSON.stringify(value)}`, () => {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
  });
}

Deno.test("openai.decode() takes what SDKs and servers of its family send along", () => {
  const { inputs, options, model, ...rest } = decode({
    ...{ input: [URI], model: "m", user: "u", encoding_format: "base64", dimensions: 0 },
    ...{ input_type: "query", truncate: "NONE", embedding_type: "float", priority: 1, x: null },
  });
  assert.deepEqual(inputs, [ONE]);
  assert.equal(model, "m");
  assert.equal(options.encodingFormat, "base64");
  assert.equal("dimensions" in rest, false);
  const jina = decode({ input: "a", embedding_type: "base64", normalized: false, orient: "exif" });
  assert.deepEqual(
    jina.options,
    parseOptions({
      encoding_format: "base64",
      normalize: false,
      orient: "exif",
      decode: "exact",
    }),
  );
  assert.equal(decode({ input: "a" }).model, undefined);
  assert.equal(decode({ input: "a", model: "default/not-specified" }).model, undefined);
  assert.equal(decode({ input: "a", dimensions: 512 }).dimensions, 512);
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /must have input or messages$/],
    [{ input: "a", messages: [chat("a")] }, "invalid_body", /must have input or messages$/],
    [{ input: [] }, "invalid_body", /input must not be an empty list$/],
    [{ messages: [] }, "invalid_body", /messages must be a list of at least one/],
    [{ messages: "a" }, "invalid_body", /messages must be a list of at least one/],
    [{ messages: [{ role: "user" }] }, "invalid_body", /each with role and content$/],
    [{ input: 7 }, "invalid_body", /check_embedding_ctx_length=False/],
    [{ input: [1, 2] }, "invalid_body", /check_embedding_ctx_length=False/],
    [{ input: [[1, 2], [3]] }, "invalid_body", /check_embedding_ctx_length=False/],
    [{ input: ["a", {}] }, "invalid_body", /Input 1 must be a string, or an object or part/],
    [{ input: [true] }, "invalid_body", /Input 0 must be/],
    [{ input: [[]] }, "invalid_body", /Input 0 has 0 parts/],
    [{ input: [[chat(PART, PART)]] }, "invalid_body", /Input 0 has 2 parts/],
    [{ input: ["a", `/9j/${"A".repeat(60)}`] }, "invalid_body", /Input 1 is base64 of an image/],
    [{ input: [{ image: "https://a/cat.jpg" }] }, "invalid_base64", /is an address/],
    [{ input: ["https://a/b"], modality: "image" }, "invalid_base64", /is an address/],
    [
      { input: ["a", "data:text/plain;base64,AQ=="] },
      "unsupported_media_type",
      /^Input 1: .*data URI/,
    ],
    [{ input: [URI, URI, URI] }, "too_many_images", /must be ≤ 2: current value is 3/],
    [{ input: ["a", "b", "c", "d"] }, "too_many_texts", /must be ≤ 3: current value is 4/],
    [{ input: "a", modality: "audio" }, "modality_not_supported", /must be image or text/],
    [{ input: "a", encoding_format: "int8" }, "invalid_option", /must be float or base64/],
    [{ input: "a", dimensions: -1 }, "invalid_option", /dimensions must be an integer ≥ 0/],
    [{ input: "a", dimensions: "512" }, "invalid_option", /dimensions must be an integer ≥ 0/],
    [{ input: "a", model: 7 }, "invalid_option", /model must be a name/],
  ] as const
) {
  Deno.test(`openai.decode() answers ${code} for ${JSON.stringify(value).slice(0, 80)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

Deno.test("openai.reply() writes floats, or base64 of float32, little-endian", async () => {
  const rows = [Float32Array.of(0.375, -1), Float32Array.of(2, 0.25)];
  const write = async (value: Record<string, unknown>) =>
    await openai.reply(decode({ input: "a", ...value }), new Headers())(rows, {
      model: "fake",
      dim: 2,
      tokens: 7,
    }).json();
  const head = { object: "embedding" };
  assert.deepEqual(await write({}), {
    object: "list",
    data: [
      { ...head, index: 0, embedding: [0.375, -1] },
      { ...head, index: 1, embedding: [2, 0.25] },
    ],
    model: "fake",
    usage: { prompt_tokens: 7, total_tokens: 7 },
  });
  const { data } = await write({ encoding_format: "base64" });
  assert.deepEqual(data.map(({ embedding }: { embedding: string }) => embedding), [
    "AADAPgAAgL8=",
    "AAAAQAAAgD4=",
  ]);
});

Deno.test("openai.errorBody() has a type for every code, and names what is at fault where that is known", () => {
  const told = (code: ErrorCode) => {
    // deno-lint-ignore no-explicit-any
    const { error } = openai.errorBody(new GatewayError(code, "Cannot"), "r") as any;
    assert.deepEqual(Object.keys(error), ["message", "type", "param", "code"]);
    assert.deepEqual([error.message, error.code], ["Cannot", code]);
    return [error.type, error.param];
  };
  for (const code of Object.keys(ERROR_CATALOGUE)) told(code as ErrorCode);
  assert.deepEqual(told("model_not_found"), ["invalid_request_error", "model"]);
  assert.deepEqual(told("invalid_image"), ["invalid_request_error", "input"]);
  assert.deepEqual(told("invalid_option"), ["invalid_request_error", null]);
  assert.deepEqual(told("unauthorized"), ["authentication_error", null]);
  assert.deepEqual(told("overloaded"), ["rate_limit_error", null]);
  assert.deepEqual(told("upstream_error"), ["server_error", null]);
});
