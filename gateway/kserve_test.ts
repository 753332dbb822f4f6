/** KServe's protocol through a whole gateway of three models: encoded inputs, and model inputs as clients of Triton send them. */
import assert from "node:assert/strict";
import { normalizeL2 } from "../models/contract/vectors.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import { testFile } from "../testing/harness.ts";
import {
  binaryInput,
  elementsBody,
  type KserveBody,
  kserveBody,
  kserveReply,
} from "../testing/kserve_bodies.ts";
import { bmpOf } from "../testing/bmp_bytes.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { bits, json, reply } from "../testing/towers/replies.ts";
import { createTowerApp, type TowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
const ON = { GATEWAY_TENSOR_INPUT: "on" };
const SHAPE = [3, 224, 224];
const BINARY = { binary_data_output: true };

/** What a client of Triton makes of the photo. */
const TENSOR = await (async () => {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(CAT, OPEN_CLIP);
  return new Uint8Array(preprocessor.normalize(crop).slice().buffer);
})();

function tensorBody(...items: readonly Uint8Array[]): KserveBody {
  const tail = new Uint8Array(items.flatMap((item) => [...item]));
  const shape = [items.length, ...SHAPE];
  const input = binaryInput("image", { datatype: "FP32", shape, size: tail.length });
  return kserveBody({ inputs: [input], parameters: BINARY }, tail);
}

async function infer(app: TowerApp, model: string, body: KserveBody) {
  const response = await app.post(`/v2/models/${model}/infer`, body);
  assert.equal(response.status, 200, await response.clone().text());
  return { ...await kserveReply(response), headers: response.headers };
}

async function refusal(app: TowerApp, model: string, body: KserveBody): Promise<string> {
  const response = await app.post(`/v2/models/${model}/infer`, body);
  return `${response.status} ${(await response.json()).error}`;
}

Deno.test("encoded inputs have the bits of /embed, under the model's name and under embed", async (t) => {
  await using repository = await towerRepository();
  const models = [TOWERS.image, TOWERS.text];
  const env = { GATEWAY_MODEL_ALIASES: `vit=${TOWERS.image}` };
  await using app = await createTowerApp(repository, { models, env });
  const photo = bits((await reply(app, json({ image: CAT.toBase64() }))).embedding);
  const text = bits((await reply(app, json({ text: "a cat" }))).embedding);
  for (const model of ["embed", TOWERS.image, `${TOWERS.image}/versions/1`, "vit/versions/1"]) {
    await t.step(`images by ${model}`, async () => {
      const { json, tail } = await infer(app, model, elementsBody("image", CAT, CAT));
      assert.equal(tail, photo + photo);
      assert.deepEqual([json.model_name, json.model_version], [TOWERS.image, "1"]);
    });
  }
  for (const model of ["embed", TOWERS.text, TOWERS.image]) {
    await t.step(`texts by ${model}, which may be its sibling's`, async () => {
      const { json, tail } = await infer(app, model, elementsBody("text", "a dog", "a cat"));
      assert.equal(tail.slice(tail.length / 2), text);
      assert.equal(json.model_name, TOWERS.text);
    });
  }
  await t.step("in JSON both ways", async () => {
    const input = { name: "image", datatype: "BYTES", shape: [1], data: [CAT.toBase64()] };
    const { json } = await infer(app, "embed", kserveBody({ inputs: [input] }));
    assert.equal(bits(json.outputs[0].data), photo);
  });
  await t.step("as the whole body", async () => {
    const headers = { "inference-header-content-length": "0" };
    assert.equal((await infer(app, "embed", { headers, body: CAT })).tail, photo);
    const body = new TextEncoder().encode("a cat");
    assert.equal((await infer(app, "embed", { headers, body })).tail, text);
  });
  await t.step("a text that is cut off is said to be", async () => {
    const long = "a photo of a cat and of a dog that are both asleep";
    const { json } = await infer(app, "embed", elementsBody("text", "a cat", long));
    assert.deepEqual(json.parameters, { truncated: "1" });
  });
});

Deno.test("a model that is not there, or embeds no such inputs, is told as a text", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: [TOWERS.dct, TOWERS.text] });
  const image = elementsBody("image", CAT);
  assert.match(await refusal(app, "nope", image), /^404 Cannot find model: there are dct_512,/);
  assert.match(await refusal(app, "dct_512/versions/9", image), /^404 Cannot find model/);
  const text = elementsBody("text", "a cat");
  assert.match(await refusal(app, TOWERS.dct, text), /^400 Cannot embed text as model dct_512/);
  assert.match(await refusal(app, "embed", elementsBody("text", " ")), /^400 Cannot embed text/);
});

Deno.test("a client's own tensor has the bits of /embed, as the model gives them", async (t) => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { env: ON });
  for (const model of [TOWERS.dct, TOWERS.image]) {
    await t.step(model, async () => {
      const asked = json({ image: CAT.toBase64(), model, normalize: false });
      const raw = bits((await reply(app, asked)).embedding);
      const one = await infer(app, model, tensorBody(TENSOR));
      assert.equal(one.tail, raw);
      assert.deepEqual(one.json.outputs[0].shape, [1, 512]);
      // It says how the gateway preprocesses, which it did not.
      assert.equal(one.headers.has("x-preprocess-id"), false);
      assert.match(one.headers.get("x-model-digest") ?? "", /^[0-9a-f]{64}$/);
      assert.equal(
        (await infer(app, model, tensorBody(TENSOR, TENSOR, TENSOR))).tail,
        raw.repeat(3),
      );
      const length = normalizeL2(new Float32Array(Uint8Array.fromHex(raw).buffer));
      const head = { name: "image", datatype: "FP32", shape: [1, ...SHAPE] };
      const parameters = { ...BINARY, normalize: true };
      const input = { ...head, parameters: { binary_data_size: TENSOR.length } };
      const scaled = await infer(app, model, kserveBody({ inputs: [input], parameters }, TENSOR));
      assert.equal(scaled.tail, bits([...length]));
    });
  }
  await t.step("token ids", async () => {
    const asked = json({ text: "a cat", normalize: false });
    const raw = bits((await reply(app, asked)).embedding);
    // The marks of a start and an end, and the words' tokens between them.
    const ids = await tokensOf(app, "a cat");
    const input = { name: "text", datatype: "INT32", shape: [1, ids.length], data: [ids] };
    const { tail } = await infer(
      app,
      TOWERS.text,
      kserveBody({ inputs: [input], parameters: BINARY }),
    );
    assert.equal(tail, raw);
    const beyond = { ...input, data: [ids.with(1, 522)] };
    assert.equal(
      await refusal(app, TOWERS.text, kserveBody({ inputs: [beyond] })),
      "400 Cannot embed as token ids must be from 0 to 521",
    );
  });
  await t.step("beside encoded inputs, which stay what they were", async () => {
    const raw = bits((await reply(app, json({ image: CAT.toBase64() }))).embedding);
    assert.equal((await infer(app, TOWERS.dct, elementsBody("image", CAT))).tail, raw);
  });
  await t.step("what the model does not take", async () => {
    const input = binaryInput("pixels", {
      datatype: "FP32",
      shape: [1, ...SHAPE],
      size: TENSOR.length,
    });
    const body = kserveBody({ inputs: [input] }, TENSOR);
    assert.match(await refusal(app, TOWERS.dct, body), /^400 .* the input's name must be image$/);
    assert.match(await refusal(app, TOWERS.text, tensorBody(TENSOR)), /name must be text$/);
    assert.match(await refusal(app, "embed", tensorBody(TENSOR)), /^400 .* embed takes BYTES/);
    assert.match(await refusal(app, "nope", tensorBody(TENSOR)), /^404 Cannot find model/);
  });
});

Deno.test("values that are finite but too much for the model are the client's fault, and nobody else's", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: [TOWERS.image], env: ON });
  const huge = new Uint8Array(new Float32Array(TENSOR.length / 4).fill(3e38).buffer);
  const good = (await infer(app, TOWERS.image, tensorBody(TENSOR))).tail;
  const [said, ...tails] = await Promise.all([
    refusal(app, TOWERS.image, tensorBody(huge)),
    ...Array.from(
      { length: 4 },
      async () => (await infer(app, TOWERS.image, tensorBody(TENSOR))).tail,
    ),
  ]);
  assert.equal(
    said,
    "400 Cannot embed as the model must give finite values for an input: it gives others",
  );
  assert.deepEqual(tails, Array(4).fill(good));
});

Deno.test("a tensor of a file's bytes is not taken for that file by the cache", async () => {
  await using repository = await towerRepository();
  const env = { ...ON, GATEWAY_CACHE_BYTES: "16777216" };
  await using app = await createTowerApp(repository, { models: [TOWERS.dct], env });
  // A picture whose bytes are finite numbers, too, with nothing behind its pixels.
  const pixels = Array.from({ length: 300 * 300 * 3 }, (_, at) => 0x30 + at % 13);
  const file = new Uint8Array(TENSOR.length);
  file.set(bmpOf({ width: 300, height: 300 }, [], pixels));
  const asked = json({ image: file.toBase64(), normalize: false });
  const { tail } = await infer(app, TOWERS.dct, tensorBody(file));
  const embedding = bits((await reply(app, asked)).embedding);
  assert.notEqual(embedding, tail);
  assert.equal((await infer(app, TOWERS.dct, tensorBody(file))).tail, tail);
  assert.equal(bits((await reply(app, asked)).embedding), embedding);
});

/** The ids that words become, as the only model of words here has them. */
async function tokensOf(app: TowerApp, text: string): Promise<number[]> {
  const model = app.models.named(TOWERS.text);
  const scope = { deadline: { assertRemainingMs: () => 1 }, stamp: () => {} };
  const { inputs: [ids] } = await model.readTexts([text], scope as never);
  return [...new Int32Array((ids as Uint8Array<ArrayBuffer>).buffer)];
}
