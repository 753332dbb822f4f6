/** How long the stages took, told by a clock that only the stages move. */
import assert from "node:assert/strict";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { CachedTrial } from "../../testing/cached_trial.ts";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { photo } from "../../testing/level_photos.ts";
import type { EmbedOptions } from "../contract/options.ts";
import { Deadline } from "../work/deadline.ts";
import type { Encoder } from "./encoder.ts";
import { Pipeline } from "./pipeline.ts";

const OPTIONS: EmbedOptions = { ...OPEN_CLIP, normalize: false, onError: "fail" };
const INPUT_BYTES = FAKE_DIM * 4;

/** Judging takes 2 ms, taking slots 500, encoding 30, the model's call 700, of which it says that 1 was waiting. */
function createTrial(clock: FakeClock, isHere: boolean) {
  const engine = new FakeEngine({ slots: 4, inputByteLength: INPUT_BYTES });
  engine.onLease = () => clock.hold(500);
  engine.onInfer = () => clock.hold(700);
  const encoder: Encoder<Uint8Array<ArrayBuffer>> = {
    judge: () => {
      clock.hold(2);
      return {
        pixels: 1,
        encode: async () => {
          // A worker has it from the next turn on.
          await Promise.resolve();
          clock.hold(30);
        },
        encodeHere: isHere
          ? () => {
            clock.hold(30);
            return new Uint8Array(INPUT_BYTES);
          }
          : undefined,
      };
    },
  };
  const pipeline = new Pipeline({ engine, encoder, onRefused: () => {} });
  const stamps: [string, number][] = [];
  const embed = async (images: number) => {
    using deadline = new Deadline({
      timeoutMs: 5000,
      clientSignal: new AbortController().signal,
    });
    await pipeline.embed(Array.from({ length: images }, () => photo(1)), OPTIONS, {
      deadline,
      permit: { addPixels: () => {}, addInputs: () => {}, hold: () => new DisposableStack() },
      holder: "request",
      client: "",
      stamp: (step, milliseconds) => stamps.push([step, milliseconds]),
    });
  };
  return { embed, stamps };
}

/** A clock on which a thousand milliseconds have passed, so that no instant is 0. */
function runningClock(): FakeClock {
  const clock = stopTime();
  clock.hold(1000);
  return clock;
}

Deno.test("Pipeline.embed() stamps what judging and encoding by workers took", async () => {
  using clock = runningClock();
  const { embed, stamps } = createTrial(clock, false);
  await embed(3);
  assert.deepEqual(stamps, [["header", 6], ["slot", 500], ["preprocess", 90], ["batch", 1], [
    "infer",
    2,
  ]]);
});

Deno.test("Pipeline.embed() stamps what encoding here took, without the model's call", async () => {
  using clock = runningClock();
  const { embed, stamps } = createTrial(clock, true);
  await embed(1);
  assert.deepEqual(stamps, [["header", 2], ["slot", 500], ["preprocess", 30], ["batch", 1], [
    "infer",
    2,
  ]]);
});

Deno.test("CachedPipeline.embed() stamps what looking up took, and waiting for somebody else", async () => {
  using clock = runningClock();
  const trial = new CachedTrial();
  trial.onKeys = () => clock.hold(4);
  const letGo = trial.hold();
  const first = trial.embed([photo(1)]);
  const { stamps } = trial;
  assert.deepEqual([...stamps], [["cache", 4], ["header", 0], ["slot", 0]]);
  const second = trial.embed([photo(1)]);
  clock.hold(60);
  letGo();
  await Promise.all([first, second]);
  assert.equal(stamps.get("cache"), 8);
  assert.equal(stamps.get("shared"), 60);
});
