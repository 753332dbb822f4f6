/** Words and pictures through a whole gateway of three models, two of which are towers of one checkpoint. */
import assert from "node:assert/strict";
import { cosine } from "../models/contract/vectors.ts";
import { testFile } from "../testing/harness.ts";
import { post } from "../testing/requests.ts";
import { bits, form, json, refusal, reply } from "../testing/towers/replies.ts";
import { createTowerApp } from "../testing/towers/tower_app.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";

const CAT = await testFile("photos/cat.jpg");
const LONG = "a photo of a cat and of a dog that are both asleep";

Deno.test("a text has the same bits in every form of request, and length 1", async (t) => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const { embedding, model, dim } = await reply(app, json({ text: "a cat" }));
  const expected = bits(embedding);
  assert.deepEqual([model, dim, embedding.length], [TOWERS.text, 512, 512]);
  assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
  for (
    const [what, init] of [
      ["JSON that fetch calls text", post("text/plain;charset=UTF-8", '{"text":"a cat"}')],
      ["a raw body", post("text/plain", "a cat")],
      ["a raw body in UTF-8 by name", post("text/plain; charset=utf-8", "a cat\n")],
      ["a form", form(["text", "a cat"])],
      ["white space around", json({ text: "  A\tCat \n" })],
      ["its model by name", json({ text: "a cat", model: TOWERS.text })],
      ["its sibling's name", json({ text: "a cat", model: TOWERS.image })],
    ] as const
  ) {
    await t.step(what, async () => {
      assert.equal(bits((await reply(app, init)).embedding), expected);
    });
  }
  for (
    const [what, init] of [
      ["a list", json({ texts: ["a dog", "a cat", LONG] })],
      ["a list of inputs", json({ inputs: [{ text: "a dog" }, { text: "a cat" }] })],
      ["inputs of both kinds", json({ inputs: [{ image: CAT.toBase64() }, { text: "a cat" }] })],
      ["a form of several", form(["texts", "a dog"], ["texts", "a cat"])],
      ["a form of both kinds", form(["image", CAT], ["text", "a cat"])],
    ] as const
  ) {
    await t.step(what, async () => {
      assert.equal(bits((await reply(app, init)).embeddings[1]), expected);
    });
  }
  await t.step("base64, and float32 as they are", async () => {
    const text = "a cat";
    const encoded = await reply(app, json({ text, encoding_format: "base64" }));
    assert.equal(Uint8Array.fromBase64(encoded.embedding).toHex(), expected);
    const accept = { accept: "application/octet-stream" };
    const response = await app.post("/embed", json({ texts: ["a dog", text] }, accept));
    assert.equal(response.headers.get("x-embedding-shape"), "2,512");
    assert.equal((await response.bytes()).subarray(2048).toHex(), expected);
  });
  await t.step(
    "another direction for other words, and only another length without normalize",
    async () => {
      const [dog, cat] = await Promise.all([
        reply(app, json({ text: "a dog" })),
        reply(app, json({ text: "a cat", normalize: false })),
      ]);
      assert.notEqual(bits(dog.embedding), expected);
      const [raw, unit] = [cat.embedding, embedding].map((row) => Float32Array.from(row));
      assert.ok(cosine(raw as Float32Array, unit as Float32Array) > 1 - 1e-6);
      assert.ok(Math.abs(Math.hypot(...cat.embedding) - 1) > 0.01);
    },
  );
  await t.step("nothing is held afterwards", () => {
    const nothing = { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 };
    assert.deepEqual(app.admission.usage, nothing);
  });
});

Deno.test("a photo beside texts has the bits that it has alone, and the reply names both models", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const image = CAT.toBase64();
  const alone = await reply(app, json({ image, model: TOWERS.image }));
  const response = await app.post(
    "/embed",
    json({ inputs: [{ text: "a cat" }, { image }, { text: LONG }] }),
  );
  const [imageId, textId, ...more] = (response.headers.get("x-preprocess-id") ?? "").split(", ");
  assert.match(`${imageId} ${textId}`, /^p2-[0-9a-f]{16} t1-[0-9a-f]{16}$/);
  assert.deepEqual(more, []);
  const { models } = await (await app.get("/models")).json();
  const digestOf = (name: string) =>
    models.find((model: { name: string }) => model.name === name).digest;
  const digests = [TOWERS.image, TOWERS.text].map(digestOf);
  assert.notEqual(digests[0], digests[1]);
  assert.equal(response.headers.get("x-model-digest"), digests.join(", "));
  const { embeddings, ...rest } = await response.json();
  assert.equal(embeddings.length, 3);
  assert.equal(bits(embeddings[1]), bits(alone.embedding));
  assert.deepEqual(rest, {
    models: { image: TOWERS.image, text: TOWERS.text },
    dim: 512,
    truncated: [2],
  });
});

Deno.test("the first model of a modality answers where none is named, and both only of one space", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const image = CAT.toBase64();
  assert.equal((await reply(app, json({ image }))).model, TOWERS.dct);
  assert.equal((await reply(app, json({ text: "a cat" }))).model, TOWERS.text);
  assert.equal((await reply(app, json({ image, model: TOWERS.text }))).model, TOWERS.image);
  const inputs = [{ image }, { text: "a cat" }];
  assert.equal((await reply(app, json({ inputs }))).models.image, TOWERS.image);
  assert.equal(
    await refusal(app, json({ inputs, model: TOWERS.dct })),
    `400 modality_not_supported: Cannot embed text as model ${TOWERS.dct} embeds images, and none of its embedding ` +
      `space embeds texts: there are ${TOWERS.text} (texts)`,
  );
  const unknown = await refusal(app, json({ text: "a cat", model: "none" }));
  assert.match(unknown, /^404 model_not_found: /);
  assert.match(
    await refusal(app, json({ images: [image], texts: ["a"] }), "/embed/base64"),
    /^400 invalid_option: /,
  );
});

Deno.test("GET /models and /info have the preprocess ids of words that replies name", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: [TOWERS.text, TOWERS.image] });
  const response = await app.post("/embed", json({ text: "a cat" }));
  const id = response.headers.get("x-preprocess-id");
  await response.body?.cancel();
  const { models } = await (await app.get("/models")).json();
  assert.deepEqual(models[0].preprocess_id, { text: id });
  assert.equal(models[0].embedding_space, models[1].embedding_space);
  assert.deepEqual((await (await app.get("/info")).json()).preprocess_id, { text: id });
});

for (
  const [what, models, init, message] of [
    [
      "text where only images are embedded",
      [TOWERS.dct],
      json({ text: "a cat" }),
      `Cannot embed text as no model embeds texts: there are ${TOWERS.dct} (images)`,
    ],
    [
      "an image where only texts are embedded",
      [TOWERS.text],
      post("image/jpeg", CAT),
      `Cannot embed image as no model embeds images: there are ${TOWERS.text} (texts)`,
    ],
    [
      "both where no space has both",
      [TOWERS.dct, TOWERS.text],
      json({ inputs: [{ image: "AQI=" }, { text: "a" }] }),
      "Cannot embed images beside texts as no embedding space has a model of each: " +
      `there are ${TOWERS.dct} (images), ${TOWERS.text} (texts)`,
    ],
  ] as const
) {
  Deno.test(`POST /embed refuses ${what}`, async () => {
    await using repository = await towerRepository();
    await using app = await createTowerApp(repository, { models });
    assert.equal(await refusal(app, init), `400 modality_not_supported: ${message}`);
  });
}

Deno.test("a text that is too long for the model says so in the reply, and one that is not says nothing", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  assert.equal((await reply(app, json({ text: LONG }))).truncated, true);
  assert.equal("truncated" in await reply(app, json({ text: "a cat" })), false);
  const list = await reply(app, json({ texts: ["a cat", LONG, "a dog", LONG] }));
  assert.deepEqual(list.truncated, [1, 3]);
  const texts = [LONG, "", "a cat"];
  const { results } = await reply(app, json({ texts, on_error: "item" }));
  const flags = results.map((result: { truncated?: boolean }) => result.truncated);
  assert.deepEqual(flags, [true, undefined, undefined]);
  const accept = { accept: "application/octet-stream" };
  const response = await app.post("/embed", json({ texts: ["a cat", LONG] }, accept));
  assert.equal(response.headers.get("x-embedding-truncated"), "1");
  assert.equal((await response.bytes()).length, 4096);
});

for (
  const [what, init, expected] of [
    [
      "nothing",
      json({ text: "" }),
      /^400 invalid_text: Cannot embed text as it must hold a word, /,
    ],
    ["white space", json({ text: " \n\t" }), /^400 invalid_text: /],
    ["control characters", json({ text: "\0\x07" }), /^400 invalid_text: /],
    ["an empty field of a form", form(["text", ""]), /^400 invalid_text: /],
    ["half a character", json({ text: "a \ud83d" }), /^400 invalid_text: .* UTF-16 /],
    [
      "bytes that are no UTF-8",
      post("text/plain", Uint8Array.of(0x61, 0xff)),
      /^400 invalid_text: /,
    ],
    ["a megabyte", json({ text: "cat ".repeat(262_144) }), /^413 text_too_long: .* ≤ 5000/],
    ["a raw megabyte", post("text/plain", "cat ".repeat(400_000)), /^413 text_too_long: .* ≤ 5000/],
    ["129 texts", json({ texts: Array(129).fill("a") }), /^413 too_many_texts: .* ≤ 128: .* 129$/],
    [
      "an empty body",
      post("text/plain", ""),
      /^400 invalid_body: Cannot embed: the body is empty$/,
    ],
  ] as const
) {
  Deno.test(`POST /embed refuses ${what} by name`, async () => {
    await using repository = await towerRepository();
    await using app = await createTowerApp(repository, {
      models: [TOWERS.text],
      env: { GATEWAY_SLOTS: "256" },
    });
    assert.match(await refusal(app, init), expected);
  });
}

Deno.test("POST /embed takes emoji alone, null bytes among words, and a sentence that begins with a brace's like", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, { models: [TOWERS.text] });
  const cat = bits((await reply(app, json({ text: "a cat" }))).embedding);
  assert.equal(bits((await reply(app, json({ text: "a\0 cat" }))).embedding), cat);
  for (const text of ["😀", "[a cat]", "a {cat}"]) {
    const { embedding } = await reply(app, post("text/plain", text));
    assert.equal(bits(embedding), bits((await reply(app, json({ text }))).embedding), text);
    assert.notEqual(bits(embedding), cat);
  }
});

Deno.test("a mixed list with one bad input fails by its place, or item by item, either kind", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository);
  const image = CAT.toBase64();
  const damaged = (await testFile("goldens/refused/damaged_baseline_cut_half.jpg")).toBase64();
  const good = [{ text: "a cat" }, { image }];
  for (
    const [bad, expected] of [
      [{ image: damaged }, "422 invalid_image: Input 2: Cannot decode image"],
      [{ image: "AAAA" }, "415 unsupported_media_type: Input 2: Cannot decode image"],
      [{ image: "A*" }, "400 invalid_base64: Input 2: Cannot decode image"],
      [{ text: " " }, "400 invalid_text: Input 2: Cannot embed text"],
      [{ text: "\ud800" }, "400 invalid_text: Input 2: Cannot embed text"],
      [{ text: "a".repeat(5001) }, "413 text_too_long: Input 2: Cannot embed text"],
    ] as const
  ) {
    const inputs = [...good, bad, { text: "a dog" }];
    const error = await refusal(app, json({ inputs }));
    assert.equal(error.slice(0, expected.length), expected);
    const { results, models } = await reply(app, json({ inputs, on_error: "item" }));
    const codes = results.map((result: { status: string; error?: { code: string } }) =>
      result.error?.code ?? result.status
    );
    assert.deepEqual(codes, ["ok", "ok", expected.slice(4, expected.indexOf(":")), "ok"]);
    assert.deepEqual(models, { image: TOWERS.image, text: TOWERS.text });
  }
  const nothing = { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 };
  assert.deepEqual(app.admission.usage, nothing);
});

Deno.test("texts that become the same ids are computed once with a cache", async () => {
  await using repository = await towerRepository();
  const env = { GATEWAY_CACHE_BYTES: "1048576" };
  await using app = await createTowerApp(repository, { models: [TOWERS.text], env });
  const first = await reply(app, json({ text: "a cat" }));
  const again = await reply(app, json({ texts: ["A  CAT", "a dog", "a cat!"] }));
  assert.equal(bits(again.embeddings[0]), bits(first.embedding));
  assert.deepEqual(app.telemetry.lookups, ["miss", "hit", "miss", "miss"]);
});

Deno.test("a text costs slots and no pixels, and its time is stamped", async () => {
  await using repository = await towerRepository();
  await using app = await createTowerApp(repository, {
    env: { GATEWAY_INFLIGHT_PIXELS_MAX: "25000000" },
  });
  const response = await app.post("/embed", json({ texts: Array(64).fill("a cat") }));
  assert.equal(response.status, 200);
  const phases = (response.headers.get("server-timing") ?? "").match(/\w+(?=;)/g);
  const expected = "body,parse,tokenize,header,preprocess,batch,infer,reply,total";
  assert.deepEqual(phases?.join(), expected);
  const [event] = app.telemetry.requests;
  assert.deepEqual([event?.inputs, event?.model], [64, TOWERS.text]);
  const over = json({ texts: Array(65).fill("a cat") });
  assert.match(await refusal(app, over), /^413 too_many_texts: .* ≤ 64/);
});
