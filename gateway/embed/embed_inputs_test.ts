import assert from "node:assert/strict";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { stopTime } from "../../testing/fake_clock.ts";
import { until } from "../../testing/until.ts";
import { failedAt, rejectedBy } from "../../testing/thrown.ts";
import type {
  EmbedInput,
  EmbedItem,
  EmbedRequest,
  EncodedInput,
} from "../contract/embed_request.ts";
import { GatewayError, InputFailure } from "../contract/errors.ts";
import { type EmbedOptions, parseOptions } from "../contract/options.ts";
import { Deadline } from "../work/deadline.ts";
import { embedInputs } from "./embed_inputs.ts";
import type { RequestScope } from "./pipeline.ts";
import type { ServedModel } from "./served_model.ts";
import type { Towers } from "./towers.ts";

const BAD = new GatewayError("invalid_image", "Cannot decode image");
const OPTIONS = { ...parseOptions({}), ...OPEN_CLIP };

type Embed = (
  inputs: readonly EncodedInput[],
  options: EmbedOptions,
  scope: RequestScope,
) => Promise<EmbedItem[]>;

/** Rows of an input's first byte. */
const firstBytes: Embed = (inputs) =>
  Promise.resolve(
    inputs.map((input) => input instanceof GatewayError ? input : Float32Array.of(input[0] ?? 0)),
  );

/** A model that embeds as told; texts become their length, a token a letter, and those longer than 9 are truncated. */
function model(embed: Embed = firstBytes): ServedModel {
  const readTexts = (texts: readonly unknown[]) =>
    Promise.resolve({
      inputs: texts.map((text) => typeof text === "string" ? Uint8Array.of(text.length) : text),
      truncated: [...texts.keys()].filter((index) => String(texts[index]).length > 9),
      tokens: texts.join("").length,
    });
  const manifest = { input: { shape: [9] } };
  return { embed, readTexts, manifest } as unknown as ServedModel;
}

async function embed(
  towers: Towers,
  request: Pick<EmbedRequest, "modality" | "mustFit"> & { readonly inputs: readonly EmbedInput[] },
  { nameInput, client = new AbortController().signal }: {
    readonly nameInput?: (index: number) => string;
    readonly client?: AbortSignal;
  } = {},
) {
  using deadline = new Deadline({ timeoutMs: 5000, clientSignal: client });
  const scope: RequestScope = {
    deadline,
    permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
    holder: "request",
    client: "",
    stamp: () => {},
  };
  return await embedInputs({ ...request, options: OPTIONS }, { towers, scope, nameInput });
}

const photo = (first: number) => Uint8Array.of(first);
const MIXED = {
  inputs: ["12345", photo(9), "a longer text", photo(8), "1"],
  modality: ["text", "image", "text", "image", "text"],
} as const;
const shown = (items: readonly EmbedItem[]) =>
  items.map((item) => item instanceof GatewayError ? item.code : item[0]);

Deno.test("embedInputs() gives images to their model alone, and texts to theirs", async () => {
  const images = await embed({ image: model() }, { inputs: [photo(7)], modality: "image" });
  assert.deepEqual([shown(images.items), images.truncated, images.tokens], [[7], [], 0]);
  const texts = { inputs: ["abc", "0123456789"], modality: "text" } as const;
  const words = await embed({ text: model() }, texts);
  assert.deepEqual([shown(words.items), words.truncated, words.tokens], [[3, 10], [1], 13]);
});

Deno.test("embedInputs() puts what two models give back in the request's order", async () => {
  const { items, truncated, tokens } = await embed({ image: model(), text: model() }, MIXED);
  assert.deepEqual(shown(items), [5, 9, 13, 8, 1]);
  assert.deepEqual([truncated, tokens], [[2], 5 + 13 + 1]);
});

Deno.test("embedInputs() fails before any text is embedded where one must fit and does not", async () => {
  let calls = 0;
  const counted: Embed = (...args) => (calls++, firstBytes(...args));
  const texts = { inputs: ["abc", "0123456789"], modality: "text", mustFit: true } as const;
  const error = await rejectedBy(embed({ text: model(counted) }, texts));
  assert.deepEqual([error.code, failedAt(error), calls], ["text_too_long", 1, 0]);
  assert.match(error.message, /^Text 1: Cannot embed text as its tokens must be ≤ 9$/);
  const both = rejectedBy(embed({ image: model(), text: model() }, { ...MIXED, mustFit: true }));
  assert.match((await both).message, /^Input 2: Cannot embed text as its tokens must be ≤ 9$/);
  const { items } = await embed({ text: model(counted) }, { ...texts, inputs: ["abc"] });
  assert.deepEqual([shown(items), calls], [[3], 1]);
});

Deno.test("embedInputs() runs two models side by side", async () => {
  const begun: string[] = [];
  const meeting = Promise.withResolvers<void>();
  const waits = (name: string): Embed => async (...args) => {
    begun.push(name);
    if (begun.length === 2) meeting.resolve();
    await meeting.promise;
    return await firstBytes(...args);
  };
  const { items } = await embed(
    { image: model(waits("image")), text: model(waits("text")) },
    MIXED,
  );
  assert.equal(items.length, 5);
});

Deno.test("embedInputs() keeps errors of items in their places", async () => {
  const request = { ...MIXED, inputs: ["12345", BAD, BAD, photo(8), "1"] };
  const { items } = await embed({ image: model(), text: model() }, request);
  assert.deepEqual(shown(items), [5, "invalid_image", "invalid_image", 8, 1]);
});

const failing = (index: number): Embed => () => Promise.reject(new InputFailure(BAD, index));

for (
  const [what, towers, request, place, message] of [
    [
      "an image by itself",
      { image: model(failing(0)) },
      { inputs: [photo(1)], modality: "image" },
      0,
      "Cannot decode image",
    ],
    [
      "an image of several",
      { image: model(failing(1)) },
      { inputs: [photo(1), photo(2)], modality: "image" },
      1,
      "Image 1: Cannot decode image",
    ],
    [
      "a text of several",
      { text: model(failing(2)) },
      { inputs: ["a", "b", "c"], modality: "text" },
      2,
      "Text 2: Cannot decode image",
    ],
    [
      "an image among texts, by its place in the request",
      { image: model(failing(1)), text: model() },
      MIXED,
      3,
      "Input 3: Cannot decode image",
    ],
    [
      "a text among images, by its place in the request",
      { image: model(), text: model(failing(2)) },
      MIXED,
      4,
      "Input 4: Cannot decode image",
    ],
  ] as const
) {
  Deno.test(`embedInputs() names ${what} where it fails the request`, async () => {
    const error = await rejectedBy(embed(towers, request));
    assert.deepEqual([failedAt(error), error.message, error.code], [place, message, BAD.code]);
  });
}

Deno.test("embedInputs() names inputs as the dialect does, where it has names of its own", async () => {
  const nameInput = (index: number) => `Candidate ${index - 1}`;
  const towers = { image: model(failing(1)), text: model() };
  const error = await rejectedBy(embed(towers, MIXED, { nameInput }));
  assert.equal(error.message, "Candidate 2: Cannot decode image");
});

Deno.test("embedInputs() stops one model when the other fails the request, and waits until it has ended", async () => {
  for (const failed of ["image", "text"] as const) {
    const ended: string[] = [];
    const stopped: Embed = (_inputs, _options, { deadline: { signal } }) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () =>
          queueMicrotask(() => {
            ended.push(signal.reason.code);
            reject(signal.reason);
          }))
      );
    const pair = [model(failing(0)), model(stopped)] as const;
    const [image, text] = failed === "image"
      ? pair
      : pair.toReversed() as [ServedModel, ServedModel];
    const error = await rejectedBy(embed({ image, text }, MIXED));
    assert.equal(failedAt(error), failed === "image" ? 1 : 0);
    // Neither against its engine, nor to be told to others.
    assert.deepEqual(ended, ["client_closed"]);
  }
});

Deno.test("embedInputs() passes on what fails a whole model, and the client's leaving to both", async () => {
  const down = new GatewayError("upstream_unavailable", "Cannot", { retryAfterSeconds: 1 });
  const towers = { image: model(), text: model(() => Promise.reject(down)) };
  assert.equal(await rejectedBy(embed(towers, MIXED)), down);

  const client = new AbortController();
  const left: string[] = [];
  const waiting: Embed = (_inputs, _options, { deadline: { signal } }) =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => {
        left.push(signal.reason.code);
        reject(signal.reason);
      })
    );
  let begun = 0;
  const counted: Embed = (...args) => (begun++, waiting(...args));
  const both = embed({ image: model(counted), text: model(counted) }, MIXED, {
    client: client.signal,
  });
  const failure = rejectedBy(both);
  await until("both have begun", () => begun === 2);
  client.abort();
  assert.equal((await failure).code, "client_closed");
  assert.deepEqual(left, ["client_closed", "client_closed"]);
});

Deno.test("embedInputs() says of a deadline that passes what the request's says", async () => {
  using clock = stopTime();
  const waiting: Embed = (_inputs, _options, { deadline: { signal } }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const failure = rejectedBy(embed({ image: model(waiting), text: model(waiting) }, MIXED));
  await clock.tick(5000);
  const { code, message } = await failure;
  assert.equal(code, "deadline_exceeded");
  assert.equal(message, "Cannot complete request within its deadline of 5000 ms");
});
