import assert from "node:assert/strict";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { EmbedItem, EmbedRequest } from "../../contract/embed_request.ts";
import type { ReplyModel } from "./dialect.ts";
import { native } from "./native.ts";

const MODEL = { model: "fake", dim: 2 };
const ROWS = [Float32Array.of(0.375, -1), Float32Array.of(2, 1e-30)];
const ERROR = new GatewayError("invalid_image", "Cannot decode image", { cause: "secret" });

function request(
  isSingle: boolean,
  options: Partial<EmbedRequest["options"]> = {},
): EmbedRequest {
  return {
    inputs: [],
    modality: "image",
    model: undefined,
    isSingle,
    options: { ...parseOptions({}), ...options },
  };
}

const JSON_REPLY = new Headers();
const BINARY_REPLY = new Headers({ accept: "application/octet-stream" });
const binaryReply = (items: readonly EmbedItem[], model: ReplyModel) =>
  native.reply(request(false), BINARY_REPLY)(items, model);
const jsonReply = (asked: EmbedRequest, items: readonly EmbedItem[], model: ReplyModel) =>
  native.reply(asked, JSON_REPLY)(items, model);

for (
  const [accept, expected] of [
    [undefined, false],
    ["*/*", false],
    ["application/json", false],
    ["application/octet-stream", true],
    ["application/json;q=0.5, application/octet-stream;q=0.9", true],
    ["application/octet-stream;q=0", false],
    ["Application/Octet-Stream", true],
  ] as const
) {
  Deno.test(`native.reply() is ${expected ? "float32" : "JSON"} for Accept: ${accept}`, () => {
    const headers = new Headers(accept === undefined ? {} : { accept });
    const response = native.reply(request(true), headers)(ROWS.slice(0, 1), MODEL);
    const isBinary = response.headers.get("content-type") === "application/octet-stream";
    assert.equal(isBinary, expected);
  });
}

Deno.test("native.reply() writes float32 little-endian, row by row, and their shape", async () => {
  const response = binaryReply(ROWS, MODEL);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/octet-stream");
  assert.equal(response.headers.get("x-embedding-shape"), "2,2");
  const view = new DataView(await response.arrayBuffer());
  const values = [0, 4, 8, 12].map((offset) => view.getFloat32(offset, true));
  assert.deepEqual(values, [0.375, -1, 2, Math.fround(1e-30)]);
});

Deno.test("native.reply() writes one embedding by itself", async () => {
  const response = jsonReply(request(true), ROWS.slice(0, 1), MODEL);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), { embedding: [0.375, -1], ...MODEL });
});

Deno.test("native.reply() writes many embeddings as a list", async () => {
  const response = jsonReply(request(false), ROWS, MODEL);
  assert.deepEqual(await response.json(), { embeddings: ROWS.map((row) => [...row]), ...MODEL });
});

Deno.test("native.reply() writes base64 of float32 little-endian, of that row alone", async () => {
  const buffer = Float32Array.of(9, 0.1, -1, 9);
  const row = buffer.subarray(1, 3);
  const response = jsonReply(request(true, { encodingFormat: "base64" }), [row], MODEL);
  assert.deepEqual(await response.json(), { embedding: "zczMPQAAgL8=", ...MODEL });
});

Deno.test("native.reply() writes results item by item, one bad image among good ones", async () => {
  const items = [ROWS[0] as Float32Array, ERROR, ROWS[1] as Float32Array];
  const response = jsonReply(request(false, { onError: "item" }), items, MODEL);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), {
    results: [
      { index: 0, status: "ok", embedding: [0.375, -1] },
      {
        index: 1,
        status: "error",
        error: { code: "invalid_image", message: "Cannot decode image" },
      },
      { index: 2, status: "ok", embedding: [2, Math.fround(1e-30)] },
    ],
    ...MODEL,
  });
});

Deno.test("native.reply() writes results for a single image too, if asked item by item", async () => {
  const options = { onError: "item", encodingFormat: "base64" } as const;
  const response = jsonReply(request(true, options), ROWS.slice(0, 1), MODEL);
  const { results } = await response.json();
  assert.deepEqual(results, [{ index: 0, status: "ok", embedding: "AADAPgAAgL8=" }]);
});

for (
  const [name, reply] of [
    ["native.reply() of float32", () => binaryReply([ERROR], MODEL)],
    ["native.reply()", () => jsonReply(request(true), [ERROR], MODEL)],
  ] as const
) {
  Deno.test(`${name} throws an error where there is no embedding`, () => {
    assert.equal(thrownBy(reply), ERROR);
  });
}

for (
  const [what, asked, model, expected] of [
    [
      "one photo",
      request(true),
      MODEL,
      '{"embedding":[0.375,-1],"model":"fake","dim":2}',
    ],
    [
      "a list of photos",
      request(false),
      MODEL,
      '{"embeddings":[[0.375,-1]],"model":"fake","dim":2}',
    ],
    [
      "photos item by item",
      request(false, { onError: "item" }),
      MODEL,
      '{"results":[{"index":0,"status":"ok","embedding":[0.375,-1]}],"model":"fake","dim":2}',
    ],
    [
      "texts of which none was truncated",
      request(false),
      { ...MODEL, truncated: [], logits: undefined },
      '{"embeddings":[[0.375,-1]],"model":"fake","dim":2}',
    ],
    [
      "one text that was truncated",
      request(true),
      { ...MODEL, truncated: [0] },
      '{"embedding":[0.375,-1],"model":"fake","dim":2,"truncated":true}',
    ],
    [
      "a list of which one was truncated",
      request(false),
      { ...MODEL, truncated: [0] },
      '{"embeddings":[[0.375,-1]],"model":"fake","dim":2,"truncated":[0]}',
    ],
    [
      "items of which one was truncated",
      request(false, { onError: "item" }),
      { ...MODEL, truncated: [0] },
      '{"results":[{"index":0,"status":"ok","embedding":[0.375,-1],"truncated":true}],' +
      '"model":"fake","dim":2}',
    ],
    [
      "photos beside texts",
      request(false),
      { ...MODEL, models: { image: "eyes", text: "words" } },
      '{"embeddings":[[0.375,-1]],"models":{"image":"eyes","text":"words"},"dim":2}',
    ],
  ] as const
) {
  Deno.test(`native.reply() is the same, byte for byte, for ${what}`, async () => {
    assert.equal(await jsonReply(asked, ROWS.slice(0, 1), model).text(), expected);
  });
}

Deno.test("native.reply() says in a header which texts of float32 were truncated, and nothing where none was", () => {
  const header = (truncated: readonly number[]) =>
    binaryReply(ROWS, { ...MODEL, truncated }).headers.get("x-embedding-truncated");
  assert.deepEqual([header([]), header([1]), header([0, 1])], [null, "1", "0,1"]);
});
