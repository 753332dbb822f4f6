import assert from "node:assert/strict";
import { readDctManifest } from "../testing/dct_model.ts";
import { type EmbedReply, GatewayOnTriton } from "../testing/gateway_on_triton.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { MODEL_REPOSITORY } from "../testing/models/repository_manifests.ts";
import { eventually, LIMITS } from "../testing/real_triton.ts";
import type { TestModel } from "../testing/triton/test_repository.ts";
import { formatGolden } from "../models/contract/golden.ts";
import type { ImageManifest } from "../models/contract/manifest.ts";
import { buildModel } from "../models/graph/build_model.ts";
import { ModelFolder } from "../models/repository/model_folder.ts";
import { exportedGolden } from "../testing/exported_golden.ts";

const BAD = "dct_512";
const GOOD = "dct_512_u8";
const MODELS: readonly TestModel[] = [{ source: BAD, scripted: true }, { source: GOOD }];
const ENV = { GATEWAY_MODELS: `${BAD},${GOOD}` };

const statusesOf = (replies: readonly EmbedReply[]) =>
  [...new Set(replies.map(({ status }) => status))].sort();

/** Asks a model again and again, by several clients at once, until it is told to stop. */
function load(pair: GatewayOnTriton, model: string, clients: number) {
  const replies: EmbedReply[] = [];
  let isOver = false;
  const running = Array.from({ length: clients }, async () => {
    while (!isOver) {
      replies.push(await pair.embed({ query: `?model=${model}` }));
    }
  });
  // What fails is told at the end: until then nobody awaits it, and an uncaught error would hide the test's own.
  const ended = Promise.allSettled(running);
  const end = async () => {
    isOver = true;
    await Promise.all(running);
  };
  const dispose = async () => {
    isOver = true;
    await ended;
  };
  return { replies, end, [Symbol.asyncDispose]: dispose };
}

/** The model's part of /readyz, and the status of the whole. */
async function readiness({ gateway }: GatewayOnTriton, model: string) {
  const [all, one] = await Promise.all(
    ["", `?model=${model}`].map(async (query) => {
      const response = await fetch(`${gateway.url}/readyz${query}`);
      return { status: response.status, body: await response.json() };
    }),
  );
  return { all: all?.status, listed: all?.body.models[model].status, one: one?.status };
}

const READY = { all: 200, listed: "ready", one: 200 };
const OUT = { all: 200, listed: "not_ready", one: 503 };

/** Until the model, and not the gateway, is in some state. */
async function untilReadiness(
  pair: GatewayOnTriton,
  expected: Awaited<ReturnType<typeof readiness>>,
): Promise<void> {
  await eventually(`/readyz says ${JSON.stringify(expected)} of ${BAD}`, async () => {
    const found = await readiness(pair, BAD);
    return JSON.stringify(found) === JSON.stringify(expected);
  });
  assert.deepEqual(await readiness(pair, GOOD), READY);
}

Deno.test("two models lie in one region of shared memory, and Triton counts each one's calls", async () => {
  await using pair = await GatewayOnTriton.start({ models: MODELS, env: ENV });
  assert.equal((await pair.triton.client.memoryRegions(LIMITS)).length, 1);
  const { models } = await (await fetch(`${pair.gateway.url}/models`)).json();
  assert.deepEqual(models.map(({ ready }: { ready: boolean }) => ready), [true, true]);
  const count = (model: string) => pair.triton.metric("nv_inference_count", { model });
  const before = [await count(BAD), await count(GOOD)];
  for (const model of [BAD, GOOD, GOOD]) {
    assert.equal((await pair.embed({ query: `?model=${model}` })).status, 200);
  }
  assert.deepEqual([await count(BAD), await count(GOOD)], before.map((one, at) => one + at + 1));
});

Deno.test("one of two models unloaded and loaded again under load: the other one does not fail once", async () => {
  await using pair = await GatewayOnTriton.start({ models: MODELS, env: ENV });
  await using bad = load(pair, BAD, 6);
  await using good = load(pair, GOOD, 6);
  await untilReadiness(pair, READY);
  await pair.triton.unloadModel(BAD);
  await untilReadiness(pair, OUT);
  bad.replies.length = 0;
  await eventually("it is asked", () => Promise.resolve(bad.replies.length > 20));
  assert.deepEqual(statusesOf(bad.replies), [503]);
  await pair.triton.loadModel(BAD);
  await untilReadiness(pair, READY);
  await eventually("it answers", () => Promise.resolve(bad.replies.at(-1)?.status === 200));
  await Promise.all([bad.end(), good.end()]);
  assert.deepEqual(statusesOf(good.replies), [200]);
  await pair.untilIdle();
});

Deno.test("an idle model that is unloaded is noticed by the next probe", async () => {
  await using pair = await GatewayOnTriton.start({ models: MODELS, env: ENV });
  await untilReadiness(pair, READY);
  await pair.triton.unloadModel(BAD);
  await eventually("it is gone", async () => !await pair.triton.client.modelReady(BAD, LIMITS));
  assert.deepEqual(await readiness(pair, BAD), OUT);
  await pair.triton.loadModel(BAD);
  await untilReadiness(pair, READY);
});

Deno.test("one of two models hangs under a flood of requests: the other one does not fail once", async () => {
  await using pair = await GatewayOnTriton.start({
    models: MODELS,
    env: {
      ...ENV,
      GATEWAY_REQUEST_TIMEOUT_MS: "2500",
      GATEWAY_BODY_TIMEOUT_MS: "2500",
      GATEWAY_IMAGE_TIMEOUT_MS: "2500",
    },
  });
  await using good = load(pair, GOOD, 4);
  await pair.triton.repository.setScript(BAD, { hold: true });
  await using bad = load(pair, BAD, 100);
  await eventually(
    "its deadline passes",
    () => Promise.resolve(bad.replies.some(({ status }) => status === 504)),
  );
  const seen = good.replies.length;
  await eventually(
    "the other one is asked on",
    () => Promise.resolve(good.replies.length > seen + 200),
  );
  await pair.triton.repository.setScript(BAD, {});
  await eventually("it answers again", () => Promise.resolve(bad.replies.at(-1)?.status === 200));
  await Promise.all([bad.end(), good.end()]);
  assert.deepEqual(statusesOf(good.replies), [200]);
  await pair.untilIdle();
});

Deno.test("one of two models loaded again with other weights: it gives nothing away, and the other one goes on", async () => {
  const env = { ...ENV, GATEWAY_READY_SECONDS_MAX: "1" };
  await using pair = await GatewayOnTriton.start({ models: MODELS, env });
  await using good = load(pair, GOOD, 2);
  await untilReadiness(pair, READY);
  await pair.triton.repository.setScript(BAD, { reply: "fingerprint" });
  await untilReadiness(pair, OUT);
  assert.equal((await pair.embed({ query: `?model=${BAD}` })).status, 503);
  await pair.triton.repository.setScript(BAD, {});
  await untilReadiness(pair, READY);
  await good.end();
  assert.deepEqual(statusesOf(good.replies), [200]);
});

/** The model's second version: other weights, if it had any. */
const SECOND: ImageManifest = { ...readDctManifest() };

Deno.test("two versions of one model: each by its own name, and one that Triton drops goes alone", async () => {
  const { architecture } = SECOND;
  assert.ok(architecture.type === "dct");
  const second = { ...SECOND, architecture: { ...architecture, knee: 0.3 } };
  const file = buildModel(second);
  await using folder = await temporaryFolder();
  const first = new ModelFolder(folder.path, BAD);
  await Deno.mkdir(`${first.path}/2`, { recursive: true });
  const source = new ModelFolder(MODEL_REPOSITORY, BAD);
  for (const name of ["manifest.json", "golden.json"] as const) {
    await Deno.copyFile(source.pathOf(name), first.pathOf(name));
  }
  const own = new ModelFolder(folder.path, BAD, "2");
  await Deno.writeTextFile(own.ownManifestPath, JSON.stringify(second));
  const golden = await exportedGolden(second, file);
  await Deno.writeTextFile(own.pathOf("golden.json"), formatGolden(golden));

  await using pair = await GatewayOnTriton.start({
    models: [{ source: BAD }],
    tritonLater: true,
    env: { GATEWAY_MODELS: `${BAD}:1,${BAD}:2`, GATEWAY_MODEL_REPOSITORY: folder.path },
  });
  const versions = `${pair.triton.repository.path}/${BAD}`;
  await Deno.mkdir(`${versions}/2`);
  await Deno.writeFile(`${versions}/2/model.onnx`, file);
  await pair.triton.process.start();
  const embed = (version: string) => pair.embed({ query: `?model=${BAD}:${version}` });
  await eventually(
    "both serve",
    async () => (await embed("1")).status === 200 && (await embed("2")).status === 200,
  );
  assert.notDeepEqual((await embed("1")).embedding, (await embed("2")).embedding);
  assert.deepEqual((await pair.embed()).embedding, (await embed("1")).embedding);
  assert.equal((await embed("3")).code, "model_not_found");

  await Deno.remove(`${versions}/2`, { recursive: true });
  await pair.triton.loadModel(BAD);
  await eventually("the second one is gone", async () => (await embed("2")).status === 503);
  await eventually("the first one serves", async () => (await embed("1")).status === 200);
  assert.equal(
    (await fetch(`${pair.gateway.url}/readyz`).then((reply) => reply.json())).status,
    "ready",
  );
  await Deno.mkdir(`${versions}/2`);
  await Deno.writeFile(`${versions}/2/model.onnx`, file);
  await pair.triton.loadModel(BAD);
  await eventually("the second one is back", async () => (await embed("2")).status === 200);
});
