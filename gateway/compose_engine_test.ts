import assert from "node:assert/strict";
import { ModelFolder } from "../models/repository/model_folder.ts";
import { DCT_MODEL } from "../testing/dct_model.ts";
import { RecordingTelemetry } from "../testing/recording_telemetry.ts";
import { thrownBy } from "../testing/thrown.ts";
import { towerRepository, TOWERS } from "../testing/towers/tower_repository.ts";
import { composeEngines } from "./compose_engine.ts";
import { parseConfig } from "./config/config.ts";

/** Builds the engine of an environment, and the telemetry that it reports to. */
async function composed(
  env: Record<string, string>,
  stack: AsyncDisposableStack,
  { isolates = 1, folder = DCT_MODEL }: { isolates?: number; folder?: ModelFolder } = {},
) {
  const { config, problems } = parseConfig({
    GATEWAY_SLOTS: "32",
    GATEWAY_MODEL_THREADS: "1",
    ...env,
  });
  assert.deepEqual(problems, []);
  const telemetry = new RecordingTelemetry();
  const manifest = await folder.manifest();
  const create = await composeEngines({ config, manifests: [manifest], isolates }, stack);
  const golden = await folder.golden();
  const engine = await create({
    manifest,
    folder,
    version: undefined,
    golden,
    telemetry,
  });
  return { engine, telemetry };
}

/** An address on which nobody listens any more. */
function unusedAddress(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

Deno.test("composeEngines() embeds in this process by default", async () => {
  await using stack = new AsyncDisposableStack();
  const { engine } = await composed({}, stack);
  const { engine: kind, batchImagesMax, modelDigest } = engine.description;
  assert.deepEqual([kind, batchImagesMax], ["embedded", 8]);
  assert.equal(modelDigest, (await DCT_MODEL.golden()).modelSha256);
  assert.equal(engine.slots.total, 32);
});

Deno.test("composeEngines() with a Triton that is not there comes up, and refuses until it is", async () => {
  await using stack = new AsyncDisposableStack();
  const { engine, telemetry } = await composed({
    GATEWAY_ENGINE: "triton",
    GATEWAY_TRITON_URL: unusedAddress(),
    GATEWAY_TRITON_SHM: "off",
  }, stack);
  assert.equal(engine.description.engine, "triton");
  assert.equal(thrownBy(() => engine.lease(1)).code, "upstream_unavailable");
  assert.match(telemetry.lines.join(), /upstream/);
});

Deno.test("composeEngines() gives each of many isolates slots for a request of many images, and some beside it", async () => {
  await using stack = new AsyncDisposableStack();
  const { engine } = await composed({ GATEWAY_SLOTS: "256" }, stack, { isolates: 16 });
  using batch = engine.lease(32);
  assert.ok(batch);
  assert.ok(engine.slots.total - engine.slots.inUse >= 16);
});

Deno.test("composeEngines() gives each isolate slots for as many texts as one request may have", async () => {
  await using stack = new AsyncDisposableStack();
  await using repository = await towerRepository();
  const env = { GATEWAY_SLOTS: "256" };
  const { engine } = await composed(env, stack, {
    isolates: 16,
    folder: new ModelFolder(repository.path, TOWERS.text),
  });
  using batch = engine.lease(128);
  assert.ok(batch);
});
