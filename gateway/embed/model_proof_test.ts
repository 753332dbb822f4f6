import assert from "node:assert/strict";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import { GatewayError } from "../contract/errors.ts";
import { Deadline } from "../work/deadline.ts";
import { WrongEmbedding } from "./canary.ts";
import { ModelProof } from "./model_proof.ts";

const FRESH_MS = 30_000;
const RETRY_MS = 1000;

const right = () => Promise.resolve();
const wrong = () => Promise.reject(new WrongEmbedding("upstream_error", "Cannot trust model"));
const unable = () => Promise.reject(new GatewayError("deadline_exceeded", "Cannot"));

interface Trial {
  readonly proof: ModelProof;
  readonly clock: FakeClock;
  readonly engine: { modelEpoch: number | undefined };
  canary: (deadline: Deadline) => Promise<void>;
  /** How many canaries ran. */
  canaries: number;
  /** How often the right embedding came out again. */
  regained: number;
  /** A request: `ok`, or the code that it is answered. */
  request(): Promise<string>;
}

/** A proof for requests that all get embeddings from the engine. */
async function trial(
  test: (trial: Trial) => Promise<void>,
  { servesUnproven = false } = {},
): Promise<void> {
  using clock = stopTime();
  const engine: Trial["engine"] = { modelEpoch: 1 };
  const proof = new ModelProof({
    engine,
    canary: (deadline) => {
      parts.canaries++;
      return parts.canary(deadline);
    },
    checkTimeoutMs: 2000,
    freshMsMax: FRESH_MS,
    servesUnproven,
    onRegained: () => parts.regained++,
    telemetry: new RecordingTelemetry(),
  });
  const parts: Trial = {
    proof,
    clock,
    engine,
    canary: right,
    canaries: 0,
    regained: 0,
    request: async () => {
      using deadline = new Deadline({ timeoutMs: 5000 });
      try {
        await proof.assertServable(deadline);
        await proof.assertProven(deadline);
        return "ok";
      } catch (thrown) {
        assert.ok(thrown instanceof GatewayError);
        if (thrown.code === "upstream_unavailable") assert.equal(thrown.retryAfterSeconds, 1);
        return thrown.code;
      }
    },
  };
  await test(parts);
  assert.equal(clock.timers, 0, "timers are left");
}

Deno.test("ModelProof has the first embedding wait for the canary, and others with it", () =>
  trial(async (parts) => {
    const canary = Promise.withResolvers<void>();
    parts.canary = () => canary.promise;
    let answered = 0;
    const requests = [1, 2, 3].map(() => parts.request().then((code) => (answered++, code)));
    await parts.clock.tick(10);
    assert.equal(answered, 0);
    canary.resolve();
    assert.deepEqual(await Promise.all(requests), ["ok", "ok", "ok"]);
    assert.equal(parts.canaries, 1);
  }));

Deno.test("ModelProof refuses every request while the canary gets another embedding, whoever asks or not", () =>
  trial(async (parts) => {
    parts.canary = wrong;
    assert.equal(await parts.request(), "upstream_unavailable");
    await parts.clock.tick(RETRY_MS - 1);
    assert.deepEqual(
      await Promise.all([parts.request(), parts.request()]),
      Array(2).fill("upstream_unavailable"),
    );
    assert.equal(parts.canaries, 1);
  }));

Deno.test("ModelProof runs one canary a second for requests that are refused, and serves again once it passes", () =>
  trial(async (parts) => {
    parts.canary = wrong;
    await parts.request();
    for (let second = 0; second < 3; second++) {
      await parts.clock.tick(RETRY_MS);
      const codes = await Promise.all(Array.from({ length: 5 }, () => parts.request()));
      assert.deepEqual(codes, Array(5).fill("upstream_unavailable"));
    }
    assert.equal(parts.canaries, 4);
    parts.canary = right;
    assert.equal(await parts.request(), "upstream_unavailable");
    await parts.clock.tick(RETRY_MS);
    assert.deepEqual(await Promise.all([parts.request(), parts.request()]), ["ok", "ok"]);
    assert.deepEqual([parts.canaries, parts.regained], [5, 1]);
  }));

Deno.test("ModelProof serves again as soon as a probe's canary passes", () =>
  trial(async (parts) => {
    parts.canary = wrong;
    await parts.request();
    parts.canary = right;
    assert.equal(await parts.proof.run(), undefined);
    assert.equal(await parts.request(), "ok");
  }));

Deno.test("ModelProof serves while the canary cannot run, and asks again a second later", () =>
  trial(async (parts) => {
    parts.canary = unable;
    assert.deepEqual([await parts.request(), await parts.request()], ["ok", "ok"]);
    assert.equal(parts.canaries, 1);
    await parts.clock.tick(RETRY_MS);
    assert.equal(await parts.request(), "ok");
    assert.equal(parts.canaries, 2);
  }));

Deno.test("ModelProof has embeddings wait for a probe's canary, however soon it follows one that could not run", () =>
  trial(async (parts) => {
    parts.canary = unable;
    await parts.request();
    const canary = Promise.withResolvers<void>();
    parts.canary = () => canary.promise.then(wrong);
    void parts.proof.run();
    const request = parts.request();
    await parts.clock.tick(1);
    canary.resolve();
    assert.equal(await request, "upstream_unavailable");
  }));

Deno.test("ModelProof stays disproved while the canary cannot run", () =>
  trial(async (parts) => {
    parts.canary = wrong;
    await parts.request();
    parts.canary = unable;
    await parts.clock.tick(RETRY_MS);
    assert.equal(await parts.request(), "upstream_unavailable");
    parts.proof.recordFault("upstream_unavailable");
    assert.equal(await parts.request(), "upstream_unavailable");
  }));

Deno.test("ModelProof runs the canary beside requests once the proof is old, and refuses those that follow", () =>
  trial(async (parts) => {
    await parts.request();
    parts.canary = wrong;
    await parts.clock.tick(FRESH_MS - 1);
    assert.equal(await parts.request(), "ok");
    assert.equal(parts.canaries, 1);
    await parts.clock.tick(1);
    assert.equal(await parts.request(), "ok");
    assert.equal(parts.canaries, 2);
    assert.equal(await parts.request(), "upstream_unavailable");
  }));

Deno.test("ModelProof runs the canary beside the next request after a fault, once a second at most", () =>
  trial(async (parts) => {
    await parts.request();
    parts.proof.recordFault("upstream_error");
    await parts.request();
    assert.equal(parts.canaries, 1);
    await parts.clock.tick(RETRY_MS);
    await parts.request();
    assert.equal(parts.canaries, 2);
  }));

for (
  const [what, happen] of [
    ["the engine was away", ({ proof }: Trial) => proof.recordFault("upstream_unavailable")],
    ["the engine has another model", ({ engine }: Trial) => void (engine.modelEpoch = 2)],
  ] as const
) {
  Deno.test(`ModelProof has the next embedding wait for the canary where ${what}`, () =>
    trial(async (parts) => {
      await parts.request();
      parts.canary = wrong;
      happen(parts);
      assert.equal(await parts.request(), "upstream_unavailable");
    }));
}

Deno.test("ModelProof takes no canary for a proof that ran while the engine was away", () =>
  trial(async (parts) => {
    const canary = Promise.withResolvers<void>();
    parts.canary = () => canary.promise;
    const request = parts.request();
    await parts.clock.tick(1);
    parts.proof.doubt();
    parts.canary = wrong;
    canary.resolve();
    assert.equal(await request, "upstream_unavailable");
    assert.equal(parts.canaries, 2);
  }));

for (
  const [what, modelEpoch, code] of [
    ["has the first one wait", undefined, "upstream_unavailable"],
    ["serves at once by an engine that tells its model", 1, "ok"],
  ] as const
) {
  Deno.test(`ModelProof after a time without requests ${what}`, () =>
    trial(async (parts) => {
      parts.engine.modelEpoch = modelEpoch;
      await parts.request();
      parts.canary = wrong;
      await parts.clock.tick(FRESH_MS + RETRY_MS + 1);
      assert.equal(await parts.request(), code);
    }));
}

Deno.test("ModelProof serves whatever comes out where it is told to", () =>
  trial(async (parts) => {
    parts.canary = wrong;
    assert.deepEqual([await parts.request(), await parts.request()], ["ok", "ok"]);
    await parts.clock.tick(RETRY_MS);
    assert.equal(await parts.request(), "ok");
    assert.deepEqual([parts.proof.isDisproved, parts.canaries], [true, 1]);
  }, { servesUnproven: true }));

Deno.test("ModelProof has a request wait for the canary no longer than its deadline", () =>
  trial(async (parts) => {
    const hung = Promise.withResolvers<void>();
    parts.canary = () => hung.promise;
    const request = parts.request();
    await parts.clock.tick(5000);
    assert.equal(await request, "deadline_exceeded");
    hung.resolve();
  }));
