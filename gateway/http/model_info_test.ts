import assert from "node:assert/strict";
import { stopTime } from "../../testing/fake_clock.ts";
import { startGateway } from "../../testing/harness.ts";
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import { TEST_INFO } from "../../testing/app_harness.ts";
import { modelStatuses } from "./model_info.ts";

Deno.test("modelInfo() tells what a client has to know of a model, and an operator", async () => {
  await using gateway = await startGateway({ GATEWAY_MODEL_ALIASES: "DCT=dct_512" });
  const { engine, preprocess_id, model, models } = await (await fetch(`${gateway.url}/info`))
    .json();
  const [{ embedding_space, reason, ...rest }] = models;
  assert.match(embedding_space, /^s1-[0-9a-f]{16}$/);
  assert.match(reason, /^(canary|recent embedding)$/);
  assert.deepEqual(rest, {
    name: "dct_512",
    version: "1",
    aliases: ["DCT"],
    description: model.description,
    license: "MIT",
    modality: "image",
    is_default: true,
    dim: 512,
    digest: engine.modelDigest,
    preprocess_id,
    input: { name: "image", datatype: "FP32", shape: [3, 224, 224] },
    output: { name: "embedding", datatype: "FP32", shape: [512] },
    tensor_input: false,
    limits: { slots: 32, batch: 8, request: 32 },
    memory: {
      slot_bytes: 33 * 602_112,
      sessions: 1,
      model_bytes: engine.memory.modelBytes,
      threads: 1,
    },
    ready: true,
  });
});

Deno.test("modelStatuses() says so where the states take too long to find out", async () => {
  using clock = stopTime();
  const { promise, resolve } = Promise.withResolvers<GatewayReadiness>();
  const late = modelStatuses(TEST_INFO.models, () => promise);
  await clock.tick(1000);
  const [status] = await late;
  assert.deepEqual([status?.ready, status?.reason], [false, "no answer within 1000 ms"]);
  const ready = { isReady: true, reason: "canary" };
  resolve({ ...ready, models: { dct_512: ready } });
  const [next] = await modelStatuses(TEST_INFO.models, () => promise);
  assert.deepEqual([next?.ready, next?.reason], [true, "canary"]);
});
