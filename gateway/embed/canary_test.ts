import assert from "node:assert/strict";
import { rejectedBy } from "../../testing/thrown.ts";
import { assertGoldenInput, runCanary } from "./canary.ts";
import { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import type { EmbedItem, EncodedInput } from "../contract/embed_request.ts";
import type { EmbedOptions } from "../contract/options.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import type { Pipeline, RequestScope } from "./pipeline.ts";

const GOLDEN = {
  sample: { photo: "golden_photo.jpg" },
  inputSha256: "0".repeat(64),
  modelSha256: "0".repeat(64),
  embedding: Float32Array.of(3, 4, 0),
};
const PHOTO = Uint8Array.of(1, 2, 3);

/** Runs the canary on a pipeline that answers as told. */
async function run(
  answer: (...args: [readonly EncodedInput[], EmbedOptions, RequestScope]) => EmbedItem[],
): Promise<void> {
  const pipeline: Pick<Pipeline, "embed"> = {
    embed: (...args) => Promise.resolve().then(() => answer(...args)),
  };
  using deadline = new Deadline({ timeoutMs: 1000 });
  await runCanary(pipeline, { input: PHOTO, golden: GOLDEN }, deadline);
}

Deno.test("runCanary() embeds a copy of the photo on the canary's slot, as the golden was made", async () => {
  await run(([image], options, { holder }) => {
    assert.deepEqual(image, PHOTO);
    assert.notEqual((image as Uint8Array).buffer, PHOTO.buffer);
    assert.deepEqual(options, { ...OPEN_CLIP, normalize: false, onError: "fail" });
    assert.equal(holder, "canary");
    return [GOLDEN.embedding];
  });
});

for (
  const [what, embedding] of [
    ["another length", Float32Array.of(0.6, 0.8, 0)],
    ["a direction 0.995 near", Float32Array.of(3, 4, 0.5)],
  ] as const
) {
  Deno.test(`runCanary() accepts ${what}`, () => run(() => [embedding]));
}

for (
  const [what, items] of [
    ["a direction 0.98 near", [Float32Array.of(3, 4, 1.01)]],
    ["the opposite direction", [Float32Array.of(-3, -4, 0)]],
    ["zeros", [new Float32Array(3)]],
    ["no embedding", []],
    ["an error", [new GatewayError("invalid_image", "Cannot")]],
  ] as const
) {
  Deno.test(`runCanary() does not trust ${what}`, async () => {
    const error = await rejectedBy(run(() => [...items]));
    assert.equal(error.code, "upstream_error");
    assert.match(
      error.message,
      /^Cannot trust model as the golden photo's cosine must be ≥ 0\.99: it is /,
    );
  });
}

Deno.test("the golden input of a text model is called a sentence", async () => {
  const golden = { ...GOLDEN, sample: { text: "a cat" } };
  const wrong = { embed: () => Promise.resolve([Float32Array.of(1, 0, 0)]) };
  using deadline = new Deadline({ timeoutMs: 1000 });
  const error = await rejectedBy(runCanary(wrong, { input: PHOTO, golden }, deadline));
  assert.match(
    error.message,
    /^Cannot trust model as the golden sentence's cosine must be ≥ 0\.99/,
  );
  assert.throws(() => assertGoldenInput(PHOTO, golden), {
    message: /^Cannot start as the golden sentence must become input 0{64}: it becomes /,
  });
});

Deno.test("runCanary() passes on what the pipeline throws", async () => {
  const thrown = new GatewayError("overloaded", "Cannot");
  const error = await rejectedBy(run(() => {
    throw thrown;
  }));
  assert.equal(error, thrown);
});

Deno.test("assertGoldenInput() accepts the golden input and nothing else, down to the last bit", async () => {
  const input = Uint8Array.of(1, 2, 3);
  const digest = await crypto.subtle.digest("SHA-256", input);
  const golden = { ...GOLDEN, inputSha256: new Uint8Array(digest).toHex() };
  assertGoldenInput(input, golden);
  input[0] = 0;
  assert.throws(() => assertGoldenInput(input, golden), {
    message: new RegExp(
      `^Cannot start as the golden photo must become input ${golden.inputSha256}: it becomes [0-9a-f]{64}$`,
    ),
  });
});
