import assert from "node:assert/strict";
import { keptShare, together } from "./kept_share.ts";

const ALONE = { goodputPerSecond: 1000, seconds: 10, watchedCpuSeconds: 20 };
/** Attackers on the same cores left it three quarters of the time, of which a tenth went into them. */
const BESIDE = { goodputPerSecond: 675, seconds: 10, watchedCpuSeconds: 15 };

Deno.test("keptShare() has the rate as clients saw it, and by the gateway's own time", () => {
  const { raw, corrected, text } = keptShare({ alone: ALONE, beside: BESIDE, isApart: false });
  assert.deepEqual([raw, corrected], [0.675, 0.9]);
  assert.equal(text, "68 % raw, 90 % a second of the gateway's processor time");
});

Deno.test("keptShare() judges a gateway with cores of its own by what clients saw", () => {
  const judge = (isApart: boolean) => keptShare({ alone: ALONE, beside: BESIDE, isApart }).judged;
  assert.deepEqual([judge(true), judge(false)], [0.675, 0.9]);
});

Deno.test("keptShare() takes what was asked for, where that is less than all", () => {
  const half = { ...ALONE, goodputPerSecond: 500 };
  const { raw } = keptShare({ alone: ALONE, beside: half, isApart: true, offeredPerSecond: 500 });
  assert.equal(raw, 1);
});

Deno.test("together() has what two loads did, for as long as both took", () => {
  const longer = { goodputPerSecond: 400, seconds: 20, watchedCpuSeconds: 10 };
  const both = { goodputPerSecond: 600, seconds: 30, watchedCpuSeconds: 30 };
  assert.deepEqual(together(ALONE, longer), both);
});
