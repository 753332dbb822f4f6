/** What a served model makes of its engine's answers; the rest is its parts'. */
import assert from "node:assert/strict";
import { DEFAULT_LIMITS } from "../../preprocess/contract/image_limits.ts";
import { readDctManifest } from "../../testing/dct_model.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { decodeLevel, photo, row } from "../../testing/level_photos.ts";
import { RecordingTelemetry } from "../../testing/recording_telemetry.ts";
import type { ErrorCode } from "../contract/catalogue.ts";
import { GatewayError } from "../contract/errors.ts";
import type { EmbedOptions } from "../contract/options.ts";
import type { LeaseHolder } from "../engine/engine.ts";
import { Deadline } from "../work/deadline.ts";
import { EmbeddingCache, entryBytes } from "./embedding_cache.ts";
import { PhotoEncoder } from "./photo_encoder.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { type ReadinessVerdict, ServedModel } from "./served_model.ts";

const OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };

const PROVEN = {
  assertServable: () => Promise.resolve(),
  assertProven: () => Promise.resolve(),
};

/** A served model of fakes, and the verdicts on its engine. */
function createTrial(
  cache?: EmbeddingCache,
  proof: Pick<ReadinessVerdict, "assertServable" | "assertProven"> = PROVEN,
) {
  const engine = new FakeEngine({ slots: 4, inputByteLength: FAKE_DIM * 4 });
  const telemetry = new RecordingTelemetry();
  const workers = {
    run: (job: Parameters<typeof decodeLevel>[0]) => Promise.try(decodeLevel, job),
  };
  const verdicts: string[] = [];
  const model = new ServedModel({
    manifest: readDctManifest(),
    engine,
    encoder: new PhotoEncoder({ workers, limits: DEFAULT_LIMITS, telemetry }),
    cache,
    preprocessId: ({ orient }) => `p1-${orient}`,
    telemetry,
    readiness: {
      open: () => {},
      drain: () => {},
      check: () => Promise.resolve({ isReady: true, reason: "canary" }),
      recordSuccess: () => verdicts.push("for"),
      recordFault: () => verdicts.push("against"),
      ...proof,
    },
    health: {
      freshMsMax: 1000,
      checkTimeoutMs: 1000,
      canary: {
        input: photo(1),
        golden: {
          sample: { photo: "none" },
          inputSha256: "",
          modelSha256: "",
          embedding: Float32Array.from(row(1)),
        },
      },
      canEncode: () => true,
    },
  });
  const embed = async (
    levels: readonly number[],
    options = {},
    holder: LeaseHolder = "request",
  ) => {
    using deadline = new Deadline({ timeoutMs: 5000 });
    const scope = {
      deadline,
      permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
      holder,
      client: "",
      stamp: () => {},
    };
    return await model.embed(levels.map(photo), { ...OPTIONS, ...options }, scope);
  };
  return { engine, model, verdicts, embed };
}

Deno.test("ServedModel is called as its engine says, and gives rows of its length", () => {
  const { model } = createTrial();
  assert.deepEqual([model.name, model.dim], ["fake", FAKE_DIM]);
});

Deno.test("ServedModel.embed() speaks for the engine once an embedding came out of it", async () => {
  const { verdicts, embed } = createTrial();
  assert.deepEqual(await embed([3]), [Float32Array.from(row(3))]);
  assert.deepEqual(verdicts, ["for"]);
});

Deno.test("ServedModel.embed() says nothing for what the cache knew", async () => {
  const { verdicts, embed } = createTrial(new EmbeddingCache({ bytesMax: entryBytes(FAKE_DIM) }));
  await embed([3]);
  await embed([3]);
  assert.deepEqual(verdicts, ["for"]);
});

Deno.test("ServedModel.embed() leaves the verdict on the canary to whoever sent it", async () => {
  const { verdicts, embed } = createTrial();
  await embed([1], {}, "canary");
  assert.deepEqual(verdicts, []);
});

for (
  const [code, verdict] of [
    ["internal", ["against"]],
    ["upstream_error", ["against"]],
    ["upstream_unavailable", ["against"]],
    ["overloaded", []],
    ["deadline_exceeded", []],
    ["client_closed", []],
  ] as const satisfies readonly (readonly [ErrorCode, readonly string[]])[]
) {
  const word = verdict.length > 0 ? "against the engine" : "nothing";
  Deno.test(`ServedModel.embed() that fails with ${code} says ${word}`, async () => {
    const { engine, verdicts, embed } = createTrial();
    engine.script.push(() => Promise.reject(new GatewayError(code, "Cannot")));
    await assert.rejects(embed([1]), { code });
    assert.deepEqual(verdicts, verdict);
  });
}

Deno.test("ServedModel.embed() holds no bad photo against the engine", async () => {
  const { verdicts, embed } = createTrial();
  await assert.rejects(embed([0]), { code: "invalid_image" });
  await embed([0], { onError: "item" });
  assert.deepEqual(verdicts, []);
});

Deno.test("ServedModel.embed() asks nothing of an engine whose model is disproved, and holds nothing against it", async () => {
  const disproved = new GatewayError("upstream_unavailable", "Cannot");
  const { engine, verdicts, embed } = createTrial(undefined, {
    ...PROVEN,
    assertServable: () => Promise.reject(disproved),
  });
  await assert.rejects(embed([1]), disproved);
  assert.deepEqual([engine.inferences, verdicts], [[], []]);
});

Deno.test("ServedModel.embed() gives no embedding away before it is proven, also not of the cache", async () => {
  const disproved = new GatewayError("upstream_unavailable", "Cannot");
  let asked = 0;
  const cache = new EmbeddingCache({ bytesMax: entryBytes(FAKE_DIM) });
  const { engine, embed } = createTrial(cache, {
    ...PROVEN,
    assertProven: () => {
      asked++;
      return Promise.reject(disproved);
    },
  });
  await assert.rejects(embed([1]), disproved);
  await assert.rejects(embed([1]), disproved);
  await embed([0], { onError: "item" });
  assert.deepEqual([engine.inferences, asked], [[1], 2]);
});
