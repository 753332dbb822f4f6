import assert from "node:assert/strict";
import { z } from "zod";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import { ERROR_CATALOGUE, type ErrorCode } from "../../contract/catalogue.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { cohere, cohereV1 } from "./cohere.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 30 };
const URI = "data:image/png;base64,AQ==";
const ONE = Uint8Array.of(1);
const PART = { type: "image_url", image_url: { url: URI } };
const TEXT = { type: "text", text: "a cat" };

const decode = (value: unknown, dialect = cohere): EmbedRequest =>
  dialect.decode(encodedRequest(value), LIMITS);

for (
  const [value, inputs, modality] of [
    [{ texts: ["a cat", "a dog"] }, ["a cat", "a dog"], "text"],
    // As text: none of them is told from how it begins.
    [{ texts: [URI] }, [URI], "text"],
    [{ images: [URI, "AQ"] }, [ONE, ONE], "image"],
    [{ images: [URI], texts: [], inputs: null }, [ONE], "image"],
    [{ inputs: [{ content: [PART] }, { content: [TEXT] }] }, [ONE, "a cat"], ["image", "text"]],
    [{ inputs: [{ content: [{ ...TEXT, text: "" }, PART] }] }, [ONE], "image"],
  ] as const
) {
  Deno.test(`cohere.decode() reads ${JSON.stringify(value)}`, () => {
    for (const dialect of [cohere, cohereV1]) {
      const request = decode(value, dialect);
      assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
    }
  });
}

Deno.test("cohere.decode() takes what clients send along", () => {
  const { model, dimensions, mustFit, writtenAs } = decode({
    ...{ texts: ["a"], model: "m", input_type: "search_query", priority: 3, max_tokens: null },
    ...{ truncate: "NONE", output_dimension: 512 },
    ...{ embedding_types: ["float", "ubinary", "float"], unknown: {} },
  });
  assert.deepEqual([model, dimensions, mustFit], ["m", 512, true]);
  assert.deepEqual(writtenAs, ["float", "ubinary"]);
  const plain = { texts: ["a"], truncate: "END" };
  assert.deepEqual(decode(plain).writtenAs, ["float"]);
  assert.equal(decode(plain, cohereV1).writtenAs, undefined);
  assert.equal(decode({ ...plain, embedding_types: [] }, cohereV1).writtenAs, undefined);
  const { mustFit: _, model: none } = decode(plain);
  assert.deepEqual([_, none], [undefined, undefined]);
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /one of texts, images and inputs/],
    [{ texts: [], images: [] }, "invalid_body", /a list of at least one$/],
    [{ texts: ["a"], images: [URI] }, "invalid_body", /one of texts, images and inputs/],
    [{ texts: "a" }, "invalid_body", /texts must be an array$/],
    [{ texts: [["a"]] }, "invalid_body", /texts\.0 must be a string$/],
    [{ inputs: [{}] }, "invalid_body", /inputs\.0\.content must be an array$/],
    [{ inputs: [{ content: [] }] }, "invalid_body", /Input 0 has 0 parts and must have one/],
    [{ inputs: [{ content: [TEXT, PART] }] }, "invalid_body", /no model here makes one vector/],
    [{ inputs: [{ content: [{ type: "image_url" }] }] }, "invalid_body", /Input 0 must be/],
    [{ images: ["https://a/cat.jpg"] }, "invalid_base64", /is an address/],
    [{ images: [URI, "data:text/plain;base64,AQ=="] }, "unsupported_media_type", /^Input 1: /],
    [{ images: [URI, URI, URI] }, "too_many_images", /must be ≤ 2: current value is 3/],
    [{ texts: ["a", "b", "c", "d"] }, "too_many_texts", /must be ≤ 3: current value is 4/],
    [{ texts: ["a".repeat(31)] }, "text_too_long", /must be ≤ 30/],
    [
      { texts: ["a"], embedding_types: ["float", "int8"] },
      "invalid_body",
      /embedding_types\.1 must be float or base64 or binary or ubinary$/,
    ],
    [{ texts: ["a"], truncate: "START" }, "invalid_body", /truncate must be NONE or END$/],
    [{ texts: ["a"], output_dimension: 0 }, "invalid_body", /output_dimension has a value/],
    [
      { texts: ["a"], max_tokens: 8 },
      "invalid_option",
      /max_tokens must be left out: a text is cut/,
    ],
    [{ texts: ["a"], model: 7 }, "invalid_body", /model must be a string$/],
    [{ texts: ["a"], model: "" }, "invalid_option", /model must be a name/],
  ] as const
) {
  Deno.test(`cohere.decode() answers ${code} for ${JSON.stringify(value).slice(0, 80)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

const ROWS = [Float32Array.of(0.375, -1), Float32Array.of(2, 0.25)];

async function reply(value: unknown, dialect = cohere) {
  const write = dialect.reply(decode(value, dialect), new Headers());
  const body = await write(ROWS, { model: "fake", dim: 2, tokens: 4 }).json();
  dialect.schemas?.reply.parse(body);
  assert.match(body.id, /^[0-9a-f-]{36}$/);
  return body;
}

Deno.test("cohere.reply() writes every type that is asked for, texts and what they took", async () => {
  const inputs = [{ content: [PART] }, { content: [TEXT] }];
  const types = ["base64", "binary", "float", "ubinary"];
  const { id: _, ...body } = await reply({ inputs, embedding_types: types });
  assert.deepEqual(body, {
    embeddings: {
      base64: ["AADAPgAAgL8=", "AAAAQAAAgD4="],
      binary: [[0], [64]],
      float: [[0.375, -1], [2, 0.25]],
      ubinary: [[128], [192]],
    },
    texts: ["a cat"],
    meta: { api_version: { version: "2" }, billed_units: { images: 1, input_tokens: 4 } },
    response_type: "embeddings_by_type",
  });
  const { embeddings } = await reply({ inputs });
  assert.deepEqual(embeddings, { float: [[0.375, -1], [2, 0.25]] });
});

Deno.test("cohereV1.reply() writes a bare list where no type is asked for", async () => {
  const body = await reply({ texts: ['a "cat"', "a dog"] }, cohereV1);
  assert.deepEqual(body.embeddings, [[0.375, -1], [2, 0.25]]);
  assert.deepEqual(body.texts, ['a "cat"', "a dog"]);
  assert.equal(body.response_type, "embeddings_floats");
  assert.equal(body.meta.api_version.version, "1");
  const typed = await reply({ images: [URI, URI], embedding_types: ["float"] }, cohereV1);
  assert.deepEqual(typed.embeddings, { float: [[0.375, -1], [2, 0.25]] });
  assert.equal(typed.response_type, "embeddings_by_type");
});

Deno.test("cohere words errors as its clients read them, with statuses that they know", () => {
  const statuses = new Set<number | undefined>();
  for (const code of Object.keys(ERROR_CATALOGUE)) {
    const error = new GatewayError(code as ErrorCode, "Cannot");
    assert.deepEqual(cohere.errorBody(error, "r"), { id: "r", message: "Cannot" });
    statuses.add(cohere.status?.(error));
  }
  for (const status of [413, 415, 422]) assert.ok(!statuses.has(status));
  for (const status of [400, 401, 404, 429, 500, 503, 504]) assert.ok(statuses.has(status));
});

Deno.test("cohere's schemas are JSON Schema's, too", () => {
  for (const schema of [cohere.schemas?.request, cohere.schemas?.reply, cohere.schemas?.error]) {
    assert.ok(z.toJSONSchema(schema as z.ZodType));
  }
});
