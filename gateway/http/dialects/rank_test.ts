import assert from "node:assert/strict";
import { encodedRequest } from "../../../testing/encoded_request.ts";
import { thrownBy } from "../../../testing/thrown.ts";
import type { AskedInput, EmbedRequest } from "../../contract/embed_request.ts";
import { GatewayError } from "../../contract/errors.ts";
import { parseOptions } from "../../contract/options.ts";
import type { ReplyModel } from "./dialect.ts";
import { rank } from "./rank.ts";

const LIMITS = { imagesMax: 2, imageBytesMax: 100, textsMax: 3, textCharactersMax: 20 };
const encoder = new TextEncoder();
const LABELS = [{ text: "a cat" }, { text: "a dog" }];

function decode(value: unknown, query: Record<string, string> = {}) {
  return rank.decode(encodedRequest(value, { query }), LIMITS);
}

const refusal = (value: unknown, query?: Record<string, string>) => {
  const { code, message } = thrownBy(() => decode(value, query));
  return `${code}: ${message}`;
};
const shown = (inputs: readonly AskedInput[]) =>
  inputs.map((input) => input instanceof Uint8Array ? [...input] : input);

Deno.test("rank.decode() puts the query before the candidates, and asks for embeddings as they are", () => {
  const { inputs, modality, model, topK, options } = decode({
    query: { image: "AQI=" },
    candidates: LABELS,
    model: "words",
    top_k: 1,
    orient: "exif",
  });
  assert.deepEqual(shown(inputs), [[1, 2], "a cat", "a dog"]);
  assert.deepEqual(modality, ["image", "text", "text"]);
  assert.deepEqual([model, topK], ["words", 1]);
  assert.deepEqual(options, parseOptions({ orient: "exif", normalize: false }));
});

Deno.test("rank.decode() takes options from the query string, which the body goes before", () => {
  const value = { query: { text: "a" }, candidates: LABELS };
  const asked = decode(value, { top_k: "2", model: "words", decode: "fast" });
  assert.deepEqual([asked.topK, asked.model, asked.options.decode], [2, "words", "fast"]);
  assert.equal(decode({ ...value, top_k: 1 }, { top_k: "2" }).topK, 1);
  assert.equal("topK" in decode(value), false);
});

for (
  const [value, expected] of [
    [{ candidates: LABELS }, /^invalid_body: Cannot rank: the body must have a query and a list /],
    [{ query: { text: "a" } }, /^invalid_body: Cannot rank: /],
    [{ query: { text: "a" }, candidates: [] }, /^invalid_body: Cannot rank: /],
    [{ query: { text: "a" }, candidates: { text: "a" } }, /^invalid_body: Cannot rank: /],
    [{ query: "a", candidates: LABELS }, /^invalid_body: Cannot embed: Query must be an object /],
    [{ query: {}, candidates: LABELS }, /^invalid_body: Cannot embed: Query must be an object /],
    [
      { query: { text: "a" }, candidates: [{ text: "a" }, "b"] },
      /^invalid_body: Cannot embed: Candidate 1 must be an object /,
    ],
    [{ query: { text: "\ud800" }, candidates: LABELS }, /^invalid_text: Query: Cannot embed text /],
    [
      { query: { text: "a" }, candidates: [...LABELS, { image: "A*" }] },
      /^invalid_base64: Candidate 2: Cannot decode image /,
    ],
    [
      { query: { text: "a" }, candidates: [...LABELS, ...LABELS] },
      /^too_many_texts: .* value is 5$/,
    ],
    [{ query: { text: "a" }, candidates: LABELS, top_k: 0 }, /^invalid_option: .* integer ≥ 1$/],
    [{ query: { text: "a" }, candidates: LABELS, top_k: 1.5 }, /^invalid_option: .* ≥ 1$/],
    [{ query: { text: "a" }, candidates: LABELS, top_k: "x" }, /^invalid_option: .* ≥ 1$/],
    [
      { query: { text: "a" }, candidates: LABELS, normalize: true },
      /^invalid_option: Cannot rank as options must be among model, top_k, orient, decode$/,
    ],
    [{ query: { text: "a" }, candidates: LABELS, on_error: "item" }, /^invalid_option: /],
    [{ query: { text: "a" }, candidates: LABELS, topk: 1 }, /among model, top_k, orient, decode$/],
    [{ query: { text: "a" }, candidates: LABELS, size: 1 }, /^invalid_option: /],
    [{ query: { text: "a" }, candidates: LABELS, model: ["a", "b"] }, /^invalid_option: /],
  ] as const
) {
  Deno.test(`rank.decode() answers ${expected.source.slice(1, 40)} for ${JSON.stringify(value).slice(0, 70)}`, () => {
    assert.match(refusal(value), expected);
  });
}

Deno.test("rank.decode() refuses what is wrong in the query, whatever the body says in its stead", () => {
  const body = { query: { text: "a" }, candidates: LABELS, top_k: 1, orient: "none", model: "a" };
  for (const query of [{ top_k: "0" }, { orient: "up" }, { model: "" }]) {
    assert.match(refusal(body, query), /^invalid_option: /, JSON.stringify(query));
  }
});

Deno.test("rank.decode() takes JSON alone", () => {
  const request = encodedRequest(encoder.encode("a cat"), { kind: "text" });
  const error = thrownBy(() => rank.decode(request, LIMITS));
  assert.equal(error.code, "unsupported_media_type");
});

const QUERY = Float32Array.of(3, 0);
/** Cosines of 0.6, 1, 0.6 and -1 with the query. */
const CANDIDATES = [[3, 4], [9, 0], [6, 8], [-1, 0]].map((row) => Float32Array.from(row));
const TEXTS_OF_PHOTO = ["image", "text", "text", "text", "text"] as const;
const BOTH = { model: "eyes", models: { image: "eyes", text: "words" }, dim: 2 };

async function reply(
  request: Pick<EmbedRequest, "modality" | "topK">,
  model: ReplyModel,
  items: Parameters<ReturnType<typeof rank.reply>>[0] = [QUERY, ...CANDIDATES],
) {
  const asked = { ...request, inputs: [], model: undefined, isSingle: false };
  const write = rank.reply({ ...asked, options: parseOptions({}) }, new Headers());
  const response = write(items, model);
  assert.equal(response.headers.get("content-type"), "application/json");
  return await response.json();
}

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

Deno.test("rank.reply() orders candidates by cosine, equal ones by their places", async () => {
  const { ranking, ...rest } = await reply({ modality: TEXTS_OF_PHOTO }, BOTH);
  assert.deepEqual(ranking, [
    { index: 1, cosine: 1 },
    { index: 0, cosine: 0.6 },
    { index: 2, cosine: 0.6 },
    { index: 3, cosine: -1 },
  ]);
  assert.deepEqual(rest, { models: BOTH.models });
});

Deno.test("rank.reply() gives CLIP's softmax over all candidates, however many are asked for", async () => {
  const logits = { scale: 100, bias: undefined };
  const { ranking, logit_scale } = await reply({ modality: TEXTS_OF_PHOTO }, { ...BOTH, logits });
  assert.equal(logit_scale, 100);
  const sum = 1 + 2 * Math.exp(-40) + Math.exp(-200);
  const expected = [1, Math.exp(-40), Math.exp(-40), Math.exp(-200)].map((power) => power / sum);
  ranking.forEach(({ probability }: { probability: number }, place: number) =>
    near(probability / (expected[place] ?? NaN), 1)
  );
  const first = await reply({ modality: TEXTS_OF_PHOTO, topK: 1 }, { ...BOTH, logits });
  assert.deepEqual(first.ranking, ranking.slice(0, 1));
});

Deno.test("rank.reply() gives SigLIP's sigmoid of each candidate by itself", async () => {
  const logits = { scale: 10, bias: -5 };
  const { ranking, logit_bias } = await reply({ modality: TEXTS_OF_PHOTO }, { ...BOTH, logits });
  assert.equal(logit_bias, -5);
  near(ranking[0].probability, 1 / (1 + Math.exp(-5)));
  near(ranking[1].probability, 1 / (1 + Math.exp(-1)));
});

Deno.test("rank.reply() gives no probability where a candidate is of the query's kind, or nothing is known", async () => {
  const logits = { scale: 100, bias: undefined };
  for (
    const [modality, model] of [
      ["text", { model: "words", dim: 2, logits }],
      [["text", "text", "image", "image", "image"], { ...BOTH, logits }],
      [TEXTS_OF_PHOTO, BOTH],
    ] as const
  ) {
    const answer = await reply({ modality }, model);
    assert.equal("logit_scale" in answer, false);
    assert.deepEqual(Object.keys(answer.ranking[0]), ["index", "cosine"]);
  }
  assert.equal((await reply({ modality: "text" }, { model: "words", dim: 2 })).model, "words");
});

Deno.test("rank.reply() says which texts were truncated, and whether the query was", async () => {
  const { ranking, query_truncated } = await reply(
    { modality: "text" },
    { model: "words", dim: 2, truncated: [0, 4] },
  );
  assert.equal(query_truncated, true);
  assert.deepEqual(ranking.map(({ truncated }: { truncated?: true }) => truncated), [
    undefined,
    undefined,
    undefined,
    true,
  ]);
});

Deno.test("rank.reply() throws where there is no embedding", () => {
  const error = new GatewayError("invalid_image", "Cannot decode image");
  const asked = { inputs: [], modality: "image", model: undefined, isSingle: false } as const;
  const write = rank.reply({ ...asked, options: parseOptions({}) }, new Headers());
  assert.equal(thrownBy(() => write([QUERY, error], BOTH)), error);
});
