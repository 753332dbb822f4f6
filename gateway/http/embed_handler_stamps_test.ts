/** How long a request's own stages took, told by a clock that only the stages move. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import { type FakeClock, stopTime } from "../../testing/fake_clock.ts";
import { FAKE_DIM, FakeEngine } from "../../testing/fake_engine.ts";
import { decodeLevel, photo } from "../../testing/level_photos.ts";
import { post } from "../../testing/requests.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { native } from "./dialects/native.ts";

/** The native dialect: reading a body takes it 3 ms, choosing a reply 4 and writing it 50. */
function slowDialect(clock: FakeClock): Dialect {
  return {
    ...native,
    decode: (request, limits) => {
      clock.hold(3);
      return native.decode(request, limits);
    },
    reply: (request, headers) => {
      clock.hold(4);
      const write = native.reply(request, headers);
      return (...reply) => {
        clock.hold(50);
        return write(...reply);
      };
    },
  };
}

Deno.test("POST /embed stamps what receiving, reading and answering took", async () => {
  using clock = stopTime();
  clock.hold(1000);
  const engine = new FakeEngine({ inputByteLength: FAKE_DIM * 4 });
  await using app = await createTestApp({
    engine,
    dialects: [slowDialect(clock)],
    workers: {
      run: async (job) => {
        await Promise.resolve();
        clock.hold(600);
        return decodeLevel(job);
      },
    },
  });
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      clock.hold(70);
      controller.enqueue(photo(2));
      controller.close();
    },
  }, { highWaterMark: 0 });
  const response = await app.request("/embed", post("image/jpeg", body));
  assert.equal(response.status, 200);
  const [event] = app.telemetry.requests;
  const phaseMs = { body: 70, parse: 7, header: 0, preprocess: 600, batch: 1, infer: 2, reply: 50 };
  assert.deepEqual(event?.phaseMs, phaseMs);
  assert.equal(event?.seconds, 0.727);
  assert.equal(event?.model, "dct_512");
});
