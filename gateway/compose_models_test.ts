import assert from "node:assert/strict";
import { startGateway, testFile, type TestGateway } from "../testing/harness.ts";
import { postJpeg, status } from "../testing/requests.ts";
import { checkConfig } from "./check_config.ts";
import { parseConfig } from "./config/config.ts";

const CAT = await testFile("photos/cat.jpg");
const LARGE = await testFile("goldens/inputs/rgb_420_640x480.jpg");
const ALIAS = "DCT__none";
const SEVERAL = {
  GATEWAY_MODELS: "dct_512,dct_512_u8:1",
  GATEWAY_SLOTS: "64",
  GATEWAY_MODEL_ALIASES: `${ALIAS}=dct_512_u8`,
};

/** Embeds a photo by a model. */
async function embed(gateway: TestGateway, model: string | undefined, photo = CAT) {
  const query = model === undefined ? "" : `?model=${encodeURIComponent(model)}`;
  const response = await fetch(`${gateway.url}/embed${query}`, postJpeg(photo));
  const id = response.headers.get("x-preprocess-id");
  const digest = response.headers.get("x-model-digest");
  return { status: response.status, id, digest, ...await response.json() };
}

for (const isolates of ["1", "2"]) {
  Deno.test(`a gateway of ${isolates} serves two models, each by any of its names`, async () => {
    await using gateway = await startGateway({ ...SEVERAL, GATEWAY_ISOLATES: isolates });
    const { models } = await (await fetch(`${gateway.url}/models`)).json();
    assert.deepEqual(
      models.map((model: Record<string, unknown>) => [
        model.name,
        model.version,
        model.aliases,
        model.is_default,
        model.ready,
        model.input,
      ]),
      [
        ["dct_512", "1", [], true, true, { name: "image", datatype: "FP32", shape: [3, 224, 224] }],
        ["dct_512_u8:1", "1", [ALIAS], false, true, {
          ...{ name: "image", datatype: "UINT8", shape: [224, 224, 3] },
        }],
      ],
    );
    const [first, second] = models;
    assert.equal(first.embedding_space, second.embedding_space);
    assert.notEqual(first.preprocess_id.none, second.preprocess_id.none);
    // Of the files, whoever serves them.
    for (const { name, digest } of [first, { ...second, name: "dct_512_u8" }]) {
      const golden = JSON.parse(await Deno.readTextFile(`model_repository/${name}/golden.json`));
      assert.equal(digest, golden.model_sha256);
    }
    for (const name of [undefined, "dct_512", "dct_512:1"] as const) {
      const { model, id, digest } = await embed(gateway, name);
      assert.deepEqual([model, id, digest], ["dct_512", first.preprocess_id.none, first.digest]);
    }
    for (const name of ["dct_512_u8", "dct_512_u8:1", ALIAS]) {
      const { model, id, digest } = await embed(gateway, name);
      const expected = ["dct_512_u8:1", second.preprocess_id.none, second.digest];
      assert.deepEqual([model, id, digest], expected);
    }
    for (const name of ["dct_512:2", "dct_512_u8:x", "nope"]) {
      const { status, error } = await embed(gateway, name);
      assert.deepEqual([status, error.code], [404, "model_not_found"]);
      assert.match(error.message, /there are dct_512, dct_512_u8:1, DCT__none$/);
    }
  });

  Deno.test(`a gateway of ${isolates} gives each model's own embeddings while both are asked at once`, async () => {
    const alone = async (model: string) => {
      await using gateway = await startGateway({ GATEWAY_MODEL: model });
      const replies = [await embed(gateway, undefined), await embed(gateway, undefined, LARGE)];
      return replies.map(({ embedding }) => embedding);
    };
    const expected = [await alone("dct_512"), await alone("dct_512_u8")];
    await using gateway = await startGateway({ ...SEVERAL, GATEWAY_ISOLATES: isolates });
    const asked = Array.from({ length: 60 }, async (_, at) => {
      const [model, photo] = [at % 2, (at >> 1) % 2];
      const name = model === 0 ? "dct_512" : "dct_512_u8";
      const reply = await embed(gateway, name, photo === 0 ? CAT : LARGE);
      return { reply, expected: expected[model]?.[photo] };
    });
    for (const { reply, expected } of await Promise.all(asked)) {
      // Which way an input takes depends on what is in flight; batches add in another order.
      assert.equal(reply.status, 200, JSON.stringify(reply.error));
      const worst = Math.max(
        ...expected.map((value: number, at: number) => Math.abs(value - reply.embedding[at])),
      );
      assert.ok(worst < 1e-6, String(worst));
    }
    const metrics = await gateway.metrics();
    for (const model of ["dct_512", "dct_512_u8:1"]) {
      assert.equal(
        metrics.get(`gateway_requests_total{model="${model}",route="/embed",code="ok"}`),
        30,
      );
      assert.equal(metrics.get(`gateway_slots_in_use_inputs{model="${model}"}`), 0);
      assert.equal(metrics.get(`gateway_ready{model="${model}"}`), 1);
    }
  });

  Deno.test(`/readyz of ${isolates} speaks for all models, and for the one that is asked for`, async () => {
    await using gateway = await startGateway({ ...SEVERAL, GATEWAY_ISOLATES: isolates });
    const ask = async (query = "") => {
      const response = await fetch(`${gateway.url}/readyz${query}`);
      return { status: response.status, body: await response.json() };
    };
    const { status, body } = await ask();
    const models = Object.entries(body.models as Record<string, { status: string }>);
    assert.deepEqual([status, body.status, Object.keys(body)], [
      200,
      "ready",
      ["status", "reason", "models"],
    ]);
    assert.deepEqual(models.map(([name, state]) => [name, state.status]), [
      ["dct_512", "ready"],
      ["dct_512_u8:1", "ready"],
    ]);
    const one = await ask(`?model=${ALIAS}`);
    assert.deepEqual([one.status, one.body.status, one.body.models], [200, "ready", undefined]);
    const unknown = await ask("?model=nope");
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, "model_not_found"]);
  });
}

Deno.test("GET /models wants a key where there are any, and / names every model", async () => {
  const key = "0123456789abcdef";
  await using gateway = await startGateway({ ...SEVERAL, GATEWAY_API_KEYS: key });
  assert.equal(await status(fetch(`${gateway.url}/models`)), 401);
  const headers = { authorization: `Bearer ${key}` };
  const models = await (await fetch(`${gateway.url}/models`, { headers })).json();
  const info = await (await fetch(`${gateway.url}/info`, { headers })).json();
  assert.deepEqual(info.models.map(({ name }: { name: string }) => name), [
    "dct_512",
    "dct_512_u8:1",
  ]);
  assert.equal(models.models[0].memory.sessions, 1);
  assert.equal(info.model.name, "dct_512");
  const page = await (await fetch(gateway.url)).text();
  assert.match(page, /^Photos: +dct_512: /m);
  assert.match(page, /^Photos: +dct_512_u8:1: /m);
});

Deno.test("checkConfig() says what is wrong with each model", async () => {
  const check = async (models: string) =>
    await checkConfig(parseConfig({ GATEWAY_MODELS: models, GATEWAY_PORT: "0" }).config);
  const { problems } = await check("nope,dct_512,dct_512_u8:7,never");
  assert.equal(problems.length, 3, problems.join("\n"));
  assert.match(problems[0] ?? "", /Cannot find model nope in repository/);
  assert.match(
    problems[1] ?? "",
    /^GATEWAY_MODELS names dct_512_u8:7: .*dct_512_u8\/7\/golden\.json/,
  );
  assert.match(problems[2] ?? "", /Cannot find model never in repository/);
  const { lines } = await check("dct_512,dct_512_u8");
  assert.ok(lines.includes("GATEWAY_MODELS=dct_512,dct_512_u8"), lines.join("\n"));
  assert.ok(lines.includes("GATEWAY_MODEL="));
});

for (const isolates of ["1", "2"]) {
  Deno.test(`a gateway of ${isolates} does not start where one of its models cannot be served, and names it`, async () => {
    const env = { GATEWAY_MODELS: "dct_512,dct_512_u8:7", GATEWAY_ISOLATES: isolates };
    await assert.rejects(startGateway(env), {
      message: /^GATEWAY_MODELS names dct_512_u8:7: Cannot serve model dct_512_u8: there is no /,
    });
  });
}
