import assert from "node:assert/strict";
import type { LoadResult } from "../load/job.ts";
import { summarize } from "../timing/statistics.ts";
import { stageMeans } from "./stages.ts";

const BASE = 1.7e12;

const LOAD: LoadResult = {
  requests: 2,
  images: 2,
  errors: {},
  cutOff: 0,
  seconds: 1,
  imagesPerSecond: 2,
  latencyMs: summarize([40, 42]),
  clientStagesMs: { wait: 0, encode: 1, decode: 1 },
  serverMs: {},
  payloadBytesUp: 1,
  payloadBytesDown: 1,
  baseMs: BASE,
  encodedAtMs: 101,
  receivedAtMs: 140,
};

function exchange(offset: number) {
  const [upFirstMs, upLastMs, downFirstMs, downLastMs] = [102, 116, 120, 139]
    .map((time) => BASE + time + offset) as [number, number, number, number];
  return { upFirstMs, upLastMs, downFirstMs, downLastMs };
}

const TRAFFIC = { bytesUp: 1, bytesDown: 1 };

Deno.test("stageMeans() splits the road at every stamp, and the parts add up to the whole", () => {
  const stages = stageMeans(LOAD, { ...TRAFFIC, exchanges: [exchange(-50), exchange(50)] });
  assert.deepEqual(stages, {
    wait: 0,
    encode: 1,
    send: 1,
    up: 14,
    server: 4,
    down: 19,
    receive: 1,
    decode: 1,
  });
  const sum = Object.values(stages ?? {}).reduce((total, stage) => total + stage, 0);
  assert.equal(sum, LOAD.latencyMs.mean);
});

Deno.test("stageMeans() says nothing when link and client saw different requests", () => {
  assert.equal(stageMeans(LOAD, { ...TRAFFIC, exchanges: [exchange(0)] }), undefined);
  const failing = { ...LOAD, errors: { refused: 1 } };
  assert.equal(
    stageMeans(failing, { ...TRAFFIC, exchanges: [exchange(0), exchange(0)] }),
    undefined,
  );
});
