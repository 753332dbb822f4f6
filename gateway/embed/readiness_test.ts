import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { Deadline } from "../work/deadline.ts";
import { GatewayError } from "../contract/errors.ts";
import { WrongEmbedding } from "./canary.ts";
import { ModelProof } from "./model_proof.ts";
import { Readiness } from "./readiness.ts";

const FRESH_MS = 30_000;
const TIMEOUT_MS = 2_000;

interface Trial {
  readonly clock: FakeClock;
  readonly readiness: Readiness;
  readonly telemetry: RecordingTelemetry;
  /** How many canaries ran. */
  readonly canaries: () => number;
  healthy: () => Promise<boolean>;
  canary: (deadline: Deadline) => Promise<void>;
}

function createProof(
  canary: (deadline: Deadline) => Promise<void>,
  telemetry: RecordingTelemetry,
): ModelProof {
  return new ModelProof({
    engine: { modelEpoch: 1 },
    canary,
    checkTimeoutMs: TIMEOUT_MS,
    freshMsMax: FRESH_MS,
    telemetry,
  });
}

/** An open, healthy gateway on which time stands still. */
async function trial(test: (trial: Trial) => Promise<void>): Promise<void> {
  using clock = stopTime();
  const telemetry = new RecordingTelemetry();
  let canaries = 0;
  const readiness = new Readiness({
    engine: { healthy: () => parts.healthy() },
    proof: createProof((deadline) => {
      canaries++;
      return parts.canary(deadline);
    }, telemetry),
    freshMsMax: FRESH_MS,
    checkTimeoutMs: TIMEOUT_MS,
    telemetry,
  });
  const parts: Trial = {
    clock,
    readiness,
    telemetry,
    canaries: () => canaries,
    healthy: () => Promise.resolve(true),
    canary: () => Promise.resolve(),
  };
  readiness.open();
  await test(parts);
  assert.equal(clock.timers, 0, "timers are left");
}

const yes = (reason: string) => ({ isReady: true, reason });
const no = (reason: string) => ({ isReady: false, reason });

Deno.test("Readiness.check() says no before the latch is open, and runs no canary", async () => {
  const telemetry = new RecordingTelemetry();
  const readiness = new Readiness({
    engine: { healthy: () => Promise.reject(new Error("asked")) },
    proof: createProof(() => Promise.reject(new Error("asked")), telemetry),
    freshMsMax: FRESH_MS,
    checkTimeoutMs: TIMEOUT_MS,
    telemetry,
  });
  readiness.recordSuccess();
  assert.deepEqual(await readiness.check(), no("starting"));
  assert.deepEqual(telemetry.lines, ["not ready: starting"]);
});

Deno.test("Readiness.check() runs a canary without any traffic, and not again while it is fresh", () =>
  trial(async ({ readiness, clock, canaries, telemetry }) => {
    assert.deepEqual(await readiness.check(), yes("canary"));
    await clock.tick(FRESH_MS);
    assert.deepEqual(await readiness.check(), yes("recent embedding"));
    assert.equal(canaries(), 1);
    await clock.tick(1);
    assert.deepEqual(await readiness.check(), yes("canary"));
    assert.equal(canaries(), 2);
    assert.deepEqual(telemetry.lines, ["canary ok", "ready: canary", "canary ok"]);
  }));

Deno.test("Readiness.check() needs no canary while embeddings come out", () =>
  trial(async ({ readiness, clock, canaries }) => {
    for (let minute = 0; minute < 5; minute++) {
      readiness.recordSuccess();
      await clock.tick(FRESH_MS);
      assert.deepEqual(await readiness.check(), yes("recent embedding"));
    }
    assert.equal(canaries(), 0);
  }));

Deno.test("Readiness.check() shares one canary among probes that come while it runs", () =>
  trial(async (parts) => {
    const canary = Promise.withResolvers<void>();
    parts.canary = () => canary.promise;
    const probes = [1, 2, 3].map(() => parts.readiness.check());
    await parts.clock.tick(10);
    probes.push(parts.readiness.check());
    canary.resolve();
    assert.deepEqual(await Promise.all(probes), Array(4).fill(yes("canary")));
    assert.equal(parts.canaries(), 1);
    assert.deepEqual(parts.telemetry.lines, ["canary ok", "ready: canary"]);
  }));

Deno.test("Readiness.check() says no while the canary fails, and tries again at the next probe", () =>
  trial(async (parts) => {
    parts.canary = () => Promise.reject(new GatewayError("upstream_error", "Cannot trust model"));
    assert.deepEqual(await parts.readiness.check(), no("canary failed: upstream_error"));
    assert.deepEqual(await parts.readiness.check(), no("canary failed: upstream_error"));
    parts.canary = () => Promise.resolve();
    assert.deepEqual(await parts.readiness.check(), yes("canary"));
    assert.equal(parts.canaries(), 3);
    assert.deepEqual(parts.telemetry.lines, [
      "canary failed: upstream_error: Cannot trust model",
      "not ready: canary failed: upstream_error",
      "canary failed: upstream_error: Cannot trust model",
      "canary ok",
      "ready: canary",
    ]);
  }));

Deno.test("Readiness.check() says no while the canary gets another embedding, whatever came out for others", () =>
  trial(async (parts) => {
    parts.canary = () => Promise.reject(new WrongEmbedding("upstream_error", "Cannot trust model"));
    assert.deepEqual(await parts.readiness.check(), no("canary failed: upstream_error"));
    parts.readiness.recordSuccess();
    assert.deepEqual(await parts.readiness.check(), no("canary failed: upstream_error"));
  }));

Deno.test("Readiness.check() has the next embedding proven once the engine was away", () =>
  trial(async (parts) => {
    await parts.readiness.check();
    parts.healthy = () => Promise.resolve(false);
    await parts.readiness.check();
    parts.healthy = () => Promise.resolve(true);
    using deadline = new Deadline({ timeoutMs: TIMEOUT_MS });
    await parts.readiness.assertProven(deadline);
    assert.equal(parts.canaries(), 2);
  }));

Deno.test("Readiness.check() calls a canary that throws anything else internal", () =>
  trial(async (parts) => {
    parts.canary = () => Promise.reject(new TypeError("defect"));
    assert.deepEqual(await parts.readiness.check(), no("canary failed: internal"));
  }));

Deno.test("Readiness.check() gives the canary a deadline", () =>
  trial(async (parts) => {
    parts.canary = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const check = parts.readiness.check();
    await parts.clock.tick(TIMEOUT_MS);
    assert.deepEqual(await check, no("canary failed: deadline_exceeded"));
  }));

for (
  const [what, healthy] of [
    ["is not healthy", () => Promise.resolve(false)],
    ["throws", () => Promise.reject(new Error("ECONNREFUSED"))],
  ] as const
) {
  Deno.test(`Readiness.check() says no while the engine ${what}, however fresh the last embedding`, () =>
    trial(async (parts) => {
      parts.readiness.recordSuccess();
      parts.healthy = healthy;
      assert.deepEqual(await parts.readiness.check(), no("engine not healthy"));
      parts.healthy = () => Promise.resolve(true);
      assert.deepEqual(await parts.readiness.check(), yes("recent embedding"));
      assert.equal(parts.canaries(), 0);
    }));
}

Deno.test("Readiness.check() waits for a silent engine no longer than its deadline, and asks again", () =>
  trial(async (parts) => {
    parts.healthy = () => new Promise(() => {});
    const check = parts.readiness.check();
    await parts.clock.tick(TIMEOUT_MS);
    assert.deepEqual(await check, no("engine not healthy"));
    parts.healthy = () => Promise.resolve(true);
    assert.deepEqual(await parts.readiness.check(), yes("canary"));
  }));

Deno.test("Readiness.drain() says no for good, without asking anybody", () =>
  trial(async (parts) => {
    assert.deepEqual(await parts.readiness.check(), yes("canary"));
    parts.readiness.drain();
    parts.healthy = () => Promise.reject(new Error("asked"));
    assert.deepEqual(await parts.readiness.check(), no("draining"));
    parts.readiness.recordSuccess();
    parts.readiness.open();
    assert.deepEqual(await parts.readiness.check(), no("draining"));
    assert.deepEqual(parts.telemetry.lines.slice(2), ["not ready: draining"]);
  }));
