import assert from "node:assert/strict";
import { z } from "zod";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { testFile } from "../../../testing/harness.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { voyage } from "./voyage.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100_000, textsMax: 3, textCharactersMax: 20 };
const URI = "data:image/png;base64,AQ==";
const ONE = Uint8Array.of(1);
const IMAGE = { type: "image_base64", image_base64: URI };
const TEXT = { type: "text", text: "a cat" };
const CAT = await testFile("photos/cat.jpg");

const decode = (value: unknown): EmbedRequest => voyage.decode(encodedRequest(value), LIMITS);
const input = (...content: unknown[]) => ({ content });

for (
  const [value, inputs, modality] of [
    [{ inputs: [input(IMAGE)] }, [ONE], "image"],
    [{ inputs: [input({ type: "image_url", image_url: URI })] }, [ONE], "image"],
    [{ inputs: [input(IMAGE), input(TEXT)] }, [ONE, "a cat"], ["image", "text"]],
    [{ input: "a cat", truncation: true }, ["a cat"], "text"],
    [{ input: ["a cat", URI], truncation: true }, ["a cat", ONE], ["text", "image"]],
  ] as const
) {
  Deno.test(`voyage.decode() reads ${JSON.stringify(value)}`, () => {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
  });
}

Deno.test("voyage.decode() takes what clients send along, and the encoding by both of its names", () => {
  const { model, dimensions, mustFit, options } = decode({
    ...{ inputs: [input(TEXT)], model: "m", input_type: null, truncation: false },
    ...{ output_dtype: null, output_dimension: 512, encoding_format: "base64" },
  });
  assert.deepEqual([model, dimensions, mustFit], ["m", 512, true]);
  assert.equal(options.encodingFormat, "base64");
  const other = decode({ inputs: [input(TEXT)], output_encoding: "base64", truncation: true });
  assert.deepEqual([other.options.encodingFormat, other.mustFit], ["base64", undefined]);
  assert.equal(decode({ inputs: [input(TEXT)] }).options.encodingFormat, "float");
});

for (
  const [value, code, message] of [
    [{}, "invalid_body", /must have inputs or input$/],
    [{ input: "a", inputs: [input(TEXT)] }, "invalid_body", /must have inputs or input$/],
    [{ inputs: [] }, "invalid_body", /a list of at least one$/],
    [{ input: [] }, "invalid_body", /a list of at least one$/],
    [{ input: [[1, 2]] }, "invalid_body", /input has a value that is not allowed$/],
    [{ inputs: ["a cat"] }, "invalid_body", /inputs\.0 must be an object$/],
    [{ inputs: [{}] }, "invalid_body", /inputs\.0\.content must be an array$/],
    [{ inputs: [input(TEXT), input(TEXT, IMAGE)] }, "invalid_body", /Input 1 has 2 parts and must/],
    [{ inputs: [input({ type: "video_url", video_url: "u" })] }, "invalid_body", /one image or/],
    [
      { inputs: [input({ type: "image_url", image_url: "https://a/b" })] },
      "invalid_base64",
      /is an address/,
    ],
    [{ inputs: [input(IMAGE), input(IMAGE), input(IMAGE)] }, "too_many_images", /must be ≤ 2/],
    [{ input: "a", output_dtype: "int8" }, "invalid_body", /must be float or binary or ubinary$/],
    [{ input: "a", encoding_format: "hex" }, "invalid_body", /must be float or base64$/],
    [{ input: "a", truncation: "yes" }, "invalid_body", /truncation must be a boolean$/],
  ] as const
) {
  Deno.test(`voyage.decode() answers ${code} for ${JSON.stringify(value).slice(0, 80)}`, () => {
    const error = thrownBy(() => decode(value));
    assert.equal(error.code, code);
    assert.match(error.message, message);
  });
}

const ROWS = [Float32Array.of(0.375, -1), Float32Array.of(2, 0.25)];

async function reply(value: unknown) {
  const write = voyage.reply(decode(value), new Headers());
  const body = await write(ROWS, { model: "fake", dim: 2, tokens: 4 }).json();
  voyage.schemas?.reply.parse(body);
  return body;
}

Deno.test("voyage.reply() writes rows, and counts tokens and the pixels that images came with", async () => {
  const photo = { type: "image_base64", image_base64: CAT.toBase64() };
  const body = await reply({ inputs: [input(photo), input(TEXT)] });
  assert.deepEqual(body, {
    object: "list",
    data: [
      { object: "embedding", embedding: [0.375, -1], index: 0 },
      { object: "embedding", embedding: [2, 0.25], index: 1 },
    ],
    model: "fake",
    usage: { text_tokens: 4, image_pixels: 451 * 300, video_pixels: 0, total_tokens: 4 },
  });
});

Deno.test("voyage.reply() writes each type, as numbers or their bytes", async () => {
  const rows = async (value: Record<string, unknown>) =>
    (await reply({ input: ["a", "b"], ...value })).data
      .map(({ embedding }: { embedding: unknown }) => embedding);
  const encoding_format = "base64";
  assert.deepEqual(await rows({ encoding_format }), ["AADAPgAAgL8=", "AAAAQAAAgD4="]);
  assert.deepEqual(await rows({ output_dtype: "binary" }), [[0], [64]]);
  assert.deepEqual(await rows({ output_dtype: "ubinary" }), [[128], [192]]);
  assert.deepEqual(await rows({ output_dtype: "binary", encoding_format }), ["AA==", "QA=="]);
});

Deno.test("voyage claims what only its clients send to OpenAI's path", () => {
  const [claim] = voyage.claims ?? [];
  assert.equal(claim?.path, "/v1/embeddings");
  for (const own of [{ truncation: true }, { output_dtype: "float" }, { output_dimension: 512 }]) {
    assert.ok(claim?.isMine({ input: "a", ...own }));
  }
  for (const other of [{}, { dimensions: 512 }, { truncate: "END" }, { input_type: "query" }]) {
    assert.ok(!claim?.isMine({ input: "a", ...other }));
  }
});

Deno.test("voyage words errors as its clients read them, with statuses that they know", () => {
  const error = new GatewayError("model_not_found", "Cannot find model");
  assert.deepEqual(voyage.errorBody(error, "r"), { detail: "Cannot find model" });
  const told = (code: "model_not_found" | "not_found" | "invalid_image" | "overloaded") =>
    voyage.status?.(new GatewayError(code, "Cannot"));
  assert.deepEqual([told("model_not_found"), told("invalid_image")], [400, 400]);
  assert.deepEqual([told("not_found"), told("overloaded")], [404, 429]);
});

Deno.test("voyage's schemas are JSON Schema's, too", () => {
  for (const schema of [voyage.schemas?.request, voyage.schemas?.reply, voyage.schemas?.error]) {
    assert.ok(z.toJSONSchema(schema as z.ZodType));
  }
});
