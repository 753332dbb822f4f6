import assert from "node:assert/strict";
import { FakeEngine } from "../testing/fake_engine.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { RecordingTelemetry } from "../testing/recording_telemetry.ts";
import { parseConfig } from "./config/config.ts";
import { PhotoWorkers } from "./photo_workers.ts";
import { Metrics } from "./telemetry/metrics.ts";

/** Those of an isolate of several, which start with their first photo. */
function createWorkers(stack: AsyncDisposableStack): PhotoWorkers {
  const telemetry = new RecordingTelemetry();
  const { config } = parseConfig({ GATEWAY_DECODE_WORKERS: "1" });
  const takeMemory = () => new DisposableStack();
  const setup = { config, telemetry, metrics: new Metrics(), parts: {}, isolates: 2, takeMemory };
  return new PhotoWorkers(setup, stack);
}

Deno.test("PhotoWorkers.add() gives models of one preprocessing one place, and others another", async () => {
  await using stack = new AsyncDisposableStack();
  const workers = createWorkers(stack);
  const settings = preprocessorSettings();
  const small = { ...settings, preprocess: { ...settings.preprocess, size: 64 } };
  const add = (name: string, kind = settings) => workers.add(name, kind, new RecordingTelemetry());
  assert.deepEqual([add("a"), add("b", small), add("c"), add("d", small)], [0, 1, 0, 1]);
});

Deno.test("PhotoWorkers.turnOf() keeps clients of several models apart", async () => {
  await using stack = new AsyncDisposableStack();
  const workers = createWorkers(stack);
  workers.add("a", preprocessorSettings(), new RecordingTelemetry());
  assert.equal(workers.turnOf("a", "client"), "client");
  workers.add("b", preprocessorSettings(), new RecordingTelemetry());
  assert.notEqual(workers.turnOf("a", "client"), workers.turnOf("b", "client"));
});

Deno.test("PhotoWorkers start once for all models, and are idle while no slot of any is held", async () => {
  await using stack = new AsyncDisposableStack();
  const workers = createWorkers(stack);
  const engines = [new FakeEngine(), new FakeEngine()];
  const pools = [];
  for (const [at, engine] of engines.entries()) {
    workers.add(`model_${at}`, preprocessorSettings(), new RecordingTelemetry());
    pools.push(await workers.start(engine));
  }
  assert.equal(pools[0], pools[1]);
  for (const engine of engines) {
    assert.ok(workers.areIdle);
    using _lease = engine.lease(1);
    assert.ok(!workers.areIdle);
  }
});
