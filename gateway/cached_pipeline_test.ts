import assert from "node:assert/strict";
import fc from "fast-check";
import { FAKE_DIM, FakeEngine } from "../testing/fake_engine.ts";
import { testFile } from "../testing/harness.ts";
import { IMAGE_LIMITS } from "../testing/preprocessor_settings.ts";
import { RecordingTelemetry } from "../testing/recording_telemetry.ts";
import { rejectedBy } from "../testing/thrown.ts";
import { until } from "../testing/until.ts";
import { overloaded } from "./batching/admission.ts";
import { CachedPipeline } from "./cached_pipeline.ts";
import { EmbeddingCache, entryBytes } from "./caching/embedding_cache.ts";
import { Deadline } from "./deadline.ts";
import type { LeaseHolder } from "./engine/engine.ts";
import { GatewayError } from "./errors.ts";
import type { PreprocessJob, PreprocessResult } from "./image/preprocess_worker.ts";
import { type EmbedOptions, type ImageInput, Pipeline } from "./pipeline.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const OPTIONS: EmbedOptions = {
  orient: "none",
  decode: "exact",
  normalize: false,
  onError: "fail",
};
const BAD_BASE64 = new GatewayError("invalid_base64", "Cannot decode image");
const DAMAGED = new GatewayError("invalid_image", "Cannot decode image: it is damaged");

/** A photo that becomes an embedding of the given level; one of level 0 is damaged. */
function photo(level: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PHOTO.length + 1);
  bytes.set(PHOTO);
  bytes[PHOTO.length] = level;
  return bytes;
}

const photos = (...levels: number[]) => levels.map(photo);
const row = (level: number) => Array<number>(FAKE_DIM).fill(level);

/** As a worker does it: takes the bytes away from whoever sent them. */
function decode(job: PreprocessJob, transfer: Transferable[]): PreprocessResult {
  const { bytes, address } = structuredClone(job, { transfer });
  const level = bytes.at(-1) as number;
  if (level === 0) throw DAMAGED;
  assert.equal(address.kind, "memory");
  if (address.kind === "memory") {
    new Float32Array(address.buffer, address.byteOffset, FAKE_DIM).fill(level);
  }
  return { width: 190, height: 121, format: "jpeg", decodeMs: 1, resizeMs: 2, writeMs: 3 };
}

interface Caller {
  readonly client?: AbortSignal;
  readonly holder?: LeaseHolder;
  readonly addPixels?: () => void;
}

/** A cached pipeline on a real one, of fakes. */
class Trial {
  readonly engine = new FakeEngine({ slots: 200, inputByteLength: FAKE_DIM * 4 });
  readonly telemetry = new RecordingTelemetry();
  readonly phases = new Set<string>();
  readonly plain: Pipeline;
  readonly cache: EmbeddingCache;
  /** Images that workers were given. */
  decodes = 0;
  readonly #pipeline: CachedPipeline;
  #gate: PromiseWithResolvers<void> | undefined;

  /** @param images Embeddings the cache has room for. */
  constructor(images = 100) {
    const { engine, telemetry } = this;
    const workers = {
      run: async (job: PreprocessJob, transfer: Transferable[]) => {
        this.decodes++;
        await this.#gate?.promise;
        return decode(job, transfer);
      },
    };
    this.plain = new Pipeline({ engine, workers, limits: IMAGE_LIMITS, telemetry });
    this.cache = new EmbeddingCache({
      bytesMax: images * entryBytes(FAKE_DIM),
      onEvicted: () => telemetry.cacheEvicted(),
    });
    this.#pipeline = new CachedPipeline({
      pipeline: this.plain,
      cache: this.cache,
      engine,
      preprocessId: ({ orient }) => `p1-${orient}`,
      telemetry,
    });
  }

  /** Makes workers wait until the function it gives is called. */
  hold(): () => void {
    const gate = this.#gate = Promise.withResolvers<void>();
    return () => {
      this.#gate = undefined;
      gate.resolve();
    };
  }

  async embed(
    images: readonly ImageInput[],
    options: Partial<EmbedOptions> = {},
    { client, holder = "request", addPixels = () => {} }: Caller = {},
    pipeline: Pick<Pipeline, "embed"> = this.#pipeline,
  ): Promise<(number[] | string)[]> {
    const clientSignal = client ?? new AbortController().signal;
    using deadline = new Deadline({ timeoutMs: 5000, clientSignal });
    const items = await pipeline.embed(images, { ...OPTIONS, ...options }, {
      deadline,
      permit: { addPixels },
      holder,
      stamp: (phase) => this.phases.add(phase),
    });
    return items.map((item) => item instanceof GatewayError ? item.code : [...item]);
  }

  async decoding(count: number): Promise<void> {
    await until(`${count} images are decoded`, () => this.decodes === count);
  }
}

Deno.test("CachedPipeline.embed() decodes and infers an image once, and gives the same bits again", async () => {
  const trial = new Trial();
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
  assert.deepEqual([...trial.phases], ["cache", "header", "preprocess", "batch", "infer"]);
  trial.phases.clear();
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
  assert.deepEqual([...trial.phases], ["cache"]);
  assert.deepEqual(trial.engine.inferences, [1]);
  assert.equal(trial.decodes, 1);
  assert.deepEqual(trial.telemetry.lookups, ["miss", "hit"]);
});

Deno.test("CachedPipeline.embed() computes a hundred equal images at once one time", async () => {
  const trial = new Trial();
  const replies = await Promise.all(Array.from({ length: 100 }, () => trial.embed(photos(3))));
  assert.deepEqual(replies, Array(100).fill([row(3)]));
  assert.deepEqual([trial.decodes, trial.engine.inferences], [1, [1]]);
  const shared = trial.telemetry.lookups.filter((result) => result === "shared");
  assert.equal(shared.length, 99);
  assert.ok(trial.phases.has("shared"));
});

Deno.test("CachedPipeline.embed() normalises for those who ask, and for nobody else", async () => {
  const trial = new Trial();
  const replies = await Promise.all(
    [true, false, true].map((normalize) => trial.embed(photos(7, 7), { normalize })),
  );
  const [unit, raw] = [row(0.5), row(7)];
  assert.deepEqual(replies, [[unit, unit], [raw, raw], [unit, unit]]);
  assert.deepEqual(await trial.embed(photos(7), { normalize: true }), [unit]);
  assert.deepEqual(await trial.embed(photos(7)), [raw]);
  assert.equal(trial.decodes, 1);
});

Deno.test("CachedPipeline.embed() tells images of other options apart", async () => {
  const trial = new Trial();
  await trial.embed(photos(3));
  await trial.embed(photos(3), { orient: "exif" });
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() computes the rest of a batch in one call, in order, duplicates once", async () => {
  const trial = new Trial();
  await trial.embed(photos(2));
  const release = trial.hold();
  const other = trial.embed(photos(5));
  await trial.decoding(2);
  const batch = trial.embed(photos(4, 2, 9, 4, 5, 9));
  await trial.decoding(4);
  release();
  assert.deepEqual(await batch, [4, 2, 9, 4, 5, 9].map(row));
  await other;
  assert.deepEqual(trial.engine.inferences, [1, 1, 2]);
  const count = (result: string) =>
    trial.telemetry.lookups.filter((each) => each === result).length;
  assert.deepEqual([count("hit"), count("miss"), count("shared")], [1, 4, 3]);
});

Deno.test("CachedPipeline.embed() lets two requests wait for images of each other", async () => {
  const trial = new Trial();
  const replies = await Promise.all([
    trial.embed(photos(1, 2)),
    trial.embed(photos(3, 1)),
    trial.embed(photos(2, 3)),
  ]);
  assert.deepEqual(replies, [[row(1), row(2)], [row(3), row(1)], [row(2), row(3)]]);
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() lets the least recently used go, and computes it again", async () => {
  const trial = new Trial(2);
  for (const level of [1, 2, 3, 1]) {
    assert.deepEqual(await trial.embed(photos(level)), [row(level)]);
  }
  assert.equal(trial.decodes, 4);
  assert.deepEqual(trial.telemetry.lines, ["cache evicted", "cache evicted"]);
});

Deno.test("CachedPipeline.embed() takes the canary past cache and flights", async () => {
  const trial = new Trial();
  const canary = () => trial.embed(photos(3), {}, { holder: "canary" });
  await canary();
  await trial.embed(photos(3));
  const release = trial.hold();
  const flight = trial.embed(photos(4));
  const proof = trial.embed(photos(4), {}, { holder: "canary" });
  await trial.decoding(4);
  release();
  await Promise.all([flight, proof]);
  await canary();
  assert.equal(trial.decodes, 5);
  assert.deepEqual(trial.telemetry.lookups, ["miss", "miss"]);
});

Deno.test("CachedPipeline.embed() computes everything while the engine cannot tell its model", async () => {
  const trial = new Trial();
  await trial.embed(photos(3));
  trial.engine.modelEpoch = undefined;
  await Promise.all([trial.embed(photos(3)), trial.embed(photos(3))]);
  assert.equal(trial.decodes, 3);
  trial.engine.modelEpoch = 1;
  await trial.embed(photos(3));
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() forgets everything with another model", async () => {
  const trial = new Trial();
  await trial.embed(photos(3, 4));
  trial.engine.modelEpoch = 2;
  trial.engine.script.push(() => Float32Array.from(row(8)));
  assert.deepEqual(await trial.embed(photos(3)), [row(8)]);
  assert.deepEqual(await trial.embed(photos(3)), [row(8)]);
  assert.deepEqual(trial.telemetry.lines, ["cache cleared of 2"]);
  assert.equal(trial.cache.usage.images, 1);
});

Deno.test("CachedPipeline.embed() neither keeps nor shares what was computed across a change of the model", async () => {
  const trial = new Trial();
  const release = trial.hold();
  const before = trial.embed(photos(3));
  await trial.decoding(1);
  trial.engine.modelEpoch = 2;
  const after = trial.embed(photos(3));
  await trial.decoding(2);
  trial.engine.modelEpoch = 3;
  release();
  await Promise.all([before, after]);
  assert.equal(trial.cache.usage.images, 0);
  await trial.embed(photos(3));
  assert.equal(trial.decodes, 3);
});

Deno.test("CachedPipeline.embed() has one follower compute when the client computed for has left", async () => {
  const trial = new Trial();
  const release = trial.hold();
  const client = new AbortController();
  const leader = rejectedBy(trial.embed(photos(3), {}, { client: client.signal }));
  const followers = Array.from({ length: 10 }, () => trial.embed(photos(3)));
  await trial.decoding(1);
  client.abort();
  assert.equal((await leader).code, "client_closed");
  await trial.decoding(2);
  release();
  assert.deepEqual(await Promise.all(followers), Array(10).fill([row(3)]));
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() refuses for load only whom the load concerns", async () => {
  const trial = new Trial();
  const addPixels = () => {
    throw overloaded("pixels in flight", 1);
  };
  const leader = rejectedBy(trial.embed(photos(3), {}, { addPixels }));
  const follower = trial.embed(photos(3));
  assert.equal((await leader).code, "overloaded");
  assert.deepEqual(await follower, [row(3)]);
});

Deno.test("CachedPipeline.embed() adds no pixels for what it knows", async () => {
  const trial = new Trial();
  await trial.embed(photos(3));
  const addPixels = () => assert.fail("pixels");
  assert.deepEqual(await trial.embed(photos(3, 3), {}, { addPixels }), [row(3), row(3)]);
});

Deno.test("CachedPipeline.embed() lets a follower leave, and nobody else with it", async () => {
  const trial = new Trial();
  const release = trial.hold();
  const client = new AbortController();
  const leader = trial.embed(photos(3));
  const leaver = rejectedBy(trial.embed(photos(3), {}, { client: client.signal }));
  const follower = trial.embed(photos(3));
  await trial.decoding(1);
  client.abort();
  assert.equal((await leaver).code, "client_closed");
  release();
  assert.deepEqual(await Promise.all([leader, follower]), [[row(3)], [row(3)]]);
  assert.equal(trial.decodes, 1);
});

Deno.test("CachedPipeline.embed() shares what is wrong with an image while it is found out, and keeps it not", async () => {
  const trial = new Trial();
  const errors = await Promise.all([1, 2, 3].map(() => rejectedBy(trial.embed(photos(0)))));
  for (const { code, message } of errors) {
    assert.deepEqual([code, message], [DAMAGED.code, DAMAGED.message]);
  }
  assert.equal(trial.decodes, 1);
  await rejectedBy(trial.embed(photos(0)));
  assert.equal(trial.decodes, 2);
});

Deno.test("CachedPipeline.embed() answers item by item as the pipeline does, whoever computes", async () => {
  const images = () => [photo(1), photo(0), BAD_BASE64, photo(0), photo(1), photo(2)];
  const expected = [row(1), "invalid_image", "invalid_base64", "invalid_image", row(1), row(2)];
  const trial = new Trial();
  const item = { onError: "item" } as const;
  assert.deepEqual(await trial.embed(images(), item, {}, trial.plain), expected);
  const replies = [1, 2].map(() => trial.embed(images(), item));
  assert.deepEqual(await Promise.all(replies), [expected, expected]);
  assert.deepEqual(await trial.embed(images(), item), expected);
});

Deno.test("CachedPipeline.embed() names the bad image by its place in the client's request", async () => {
  const trial = new Trial();
  await trial.embed(photos(1, 2));
  for (
    const [levels, message] of [
      [[0], "Cannot decode image: it is damaged"],
      [[1, 2, 0], "Image 2: Cannot decode image: it is damaged"],
      [[1, 4, 2, 0, 0], "Image 3: Cannot decode image: it is damaged"],
    ] as const
  ) {
    const [leader, follower] = await Promise.all([
      rejectedBy(trial.embed(photos(...levels))),
      rejectedBy(trial.embed([...photos(2), ...photos(...levels)])),
    ]);
    assert.equal(leader.message, message);
    assert.match(follower.message, new RegExp(`^Image ${levels.indexOf(0 as never) + 1}: C`));
  }
});

Deno.test("CachedPipeline.embed() computes a good image that was given up for its neighbour's sake", async () => {
  const trial = new Trial();
  const release = trial.hold();
  const leader = rejectedBy(trial.embed(photos(1, 0, 2)));
  const follower = trial.embed(photos(1, 2));
  await trial.decoding(3);
  release();
  assert.equal((await leader).message, "Image 1: Cannot decode image: it is damaged");
  assert.deepEqual(await follower, [row(1), row(2)]);
  assert.equal(trial.decodes, 5);
});

Deno.test("CachedPipeline.embed() shares the engine's failure, and asks it again for the next request", async () => {
  const trial = new Trial();
  trial.engine.script.push(() => {
    throw new GatewayError("upstream_error", "Cannot compute embedding");
  });
  const errors = await Promise.all([1, 2, 3].map(() => rejectedBy(trial.embed(photos(3)))));
  assert.deepEqual(errors.map(({ code }) => code), Array(3).fill("upstream_error"));
  assert.equal(trial.decodes, 1);
  assert.deepEqual(await trial.embed(photos(3)), [row(3)]);
});

Deno.test("CachedPipeline.embed() gives what the pipeline gives, whatever comes at once", async () => {
  const request = fc.record({
    levels: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 6 }),
    normalize: fc.boolean(),
    leaves: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 8 }), async (requests) => {
      const trial = new Trial(3);
      await Promise.all(requests.map(async ({ levels, normalize, leaves }, index) => {
        const client = new AbortController();
        const options = { normalize, onError: "item" } as const;
        const reply = trial.embed(photos(...levels), options, { client: client.signal });
        if (leaves) {
          for (let turn = 0; turn < index; turn++) await Promise.resolve();
          client.abort();
          return await reply.catch(({ code }) => assert.equal(code, "client_closed"));
        }
        const expected = levels.map((level) =>
          level === 0 ? "invalid_image" : row(normalize ? 0.5 : level)
        );
        assert.deepEqual(await reply, expected);
      }));
      await until("every slot is free", () => trial.engine.slots.inUse === 0);
    }),
    { numRuns: 100 },
  );
});
