import assert from "node:assert/strict";
import type { WayReply } from "../ways/way.ts";
import { loadFigures } from "./figures.ts";
import type { Observation } from "./loop.ts";

const START = 1.7e12;

function observation(dueMs: number, reply: Partial<WayReply>): Observation<WayReply> {
  const base = START + dueMs;
  const full: WayReply = {
    embeddings: new Float32Array(),
    bytesUp: 100,
    bytesDown: 10,
    encodedMs: base + 3,
    receivedMs: base + 13,
    serverMs: {},
    ...reply,
  };
  return { dueMs: base, startMs: base + 1, doneMs: base + 15, outcome: { reply: full } };
}

Deno.test("loadFigures() gives stages that add up to the mean latency", () => {
  const observations = [
    observation(0, { serverMs: { decode: 2, infer: 5 } }),
    observation(1000, { serverMs: { infer: 7 }, bytesUp: 300 }),
  ];
  const result = loadFigures({ startMs: START, observations, cutOff: 3 }, 4);
  const { wait, encode, decode } = result.clientStagesMs;
  const exchange = result.receivedAtMs - result.encodedAtMs;
  assert.deepEqual([wait, encode, exchange, decode], [1, 2, 10, 2]);
  assert.equal(wait + encode + exchange + decode, result.latencyMs.mean);
  assert.deepEqual(result.serverMs, { decode: 1, infer: 6 });
  assert.deepEqual([result.payloadBytesUp, result.payloadBytesDown], [200, 10]);
  assert.deepEqual([result.requests, result.images, result.cutOff], [2, 8, 3]);
  assert.equal(result.seconds, 1.015);
  assert.equal(result.imagesPerSecond, 8 / 1.015);
  assert.deepEqual([result.encodedAtMs, result.receivedAtMs], [503, 513]);
});

Deno.test("loadFigures() hides no failure", () => {
  const failed = (error: string) => ({ ...observation(5, {}), outcome: { error } });
  const observations = [failed("a"), observation(0, {}), failed("b"), failed("a")];
  const { errors, requests, latencyMs } = loadFigures(
    { startMs: START, observations, cutOff: 0 },
    1,
  );
  assert.deepEqual(errors, { a: 2, b: 1 });
  assert.deepEqual([requests, latencyMs.count], [1, 1]);
});
