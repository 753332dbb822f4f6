import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { weaviate } from "./weaviate.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 2, textCharactersMax: 20 };
const [ONE, TWO] = [Uint8Array.of(1), Uint8Array.of(2)];
const ROWS = [Float32Array.of(0.1, -1), Float32Array.of(2, 1e-30), Float32Array.of(1 / 3, 0)];

function decode(value: unknown, params: Record<string, string> = {}): EmbedRequest {
  return weaviate.decode(encodedRequest(value, { params }), LIMITS);
}

for (
  const [value, inputs, modality] of [
    [{ texts: ["a dog"] }, ["a dog"], "text"],
    [{ texts: ["a", "b"], images: [] }, ["a", "b"], "text"],
    [{ texts: null, images: ["AQ=="] }, [ONE], "image"],
    [{ images: ["AQ==", "data:image/png;base64,Ag=="] }, [ONE, TWO], "image"],
    [{ images: ["AQ=="], texts: ["a", "b"], later: 1 }, ["a", "b", ONE], ["text", "text", "image"]],
  ] as const
) {
  Deno.test(`weaviate.decode() reads ${JSON.stringify(value)}`, () => {
    const request = decode(value);
    assert.deepEqual([request.inputs, request.modality], [inputs, modality]);
    assert.equal(request.model, undefined);
  });
}

Deno.test("weaviate.decode() takes a model from the path", () => {
  assert.equal(decode({ texts: ["a"] }, { model: "b32" }).model, "b32");
});

for (
  const [value, expected] of [
    [{}, /^invalid_body: .* no texts and no images$/],
    [{ texts: [], images: null }, /^invalid_body: /],
    [{ texts: "a dog" }, /^invalid_body: .* texts must be an array$/],
    [{ images: [null] }, /^invalid_body: .* images\.0 must be a string$/],
    [{ texts: ["a", "b", "c"] }, /^too_many_texts: /],
    [{ images: ["AQ==", "AQ==", "AQ=="] }, /^too_many_images: /],
    [{ images: ["AQ==", "A*=="] }, /^invalid_base64: Image 1: /],
    [{ texts: ["a".repeat(21)] }, /^text_too_long: Text 0: /],
    [{ texts: ["a"], images: ["A*=="] }, /^invalid_base64: Input 1: /],
  ] as const
) {
  Deno.test(`weaviate.decode() answers ${expected.source} for ${JSON.stringify(value)}`, () => {
    const { code, message } = thrownBy(() => decode(value));
    assert.match(`${code}: ${message}`, expected);
  });
}

for (
  const [value, texts, images] of [
    [{ texts: ["a"] }, ROWS.slice(0, 1), []],
    [{ images: ["AQ=="] }, [], ROWS.slice(0, 1)],
    [{ texts: ["a", "b"], images: ["AQ=="] }, ROWS.slice(0, 2), ROWS.slice(2)],
  ] as const
) {
  Deno.test(`weaviate.reply() puts ${JSON.stringify(value)} into lists of their own, to the bit`, async () => {
    const items = ROWS.slice(0, texts.length + images.length);
    const write = weaviate.reply(decode(value), new Headers());
    const { textVectors, imageVectors } = await write(items, { model: "m", dim: 2 }).json();
    const floats = (rows: number[][]) => rows.map((row) => Float32Array.from(row));
    assert.deepEqual([floats(textVectors), floats(imageVectors)], [texts, images]);
  });
}

Deno.test("weaviate.errorBody() is a text, all that its client reads", () => {
  const error = new GatewayError("invalid_body", "Cannot embed");
  assert.deepEqual(weaviate.errorBody(error, "id"), { error: "Cannot embed" });
});
