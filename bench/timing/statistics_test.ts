import assert from "node:assert/strict";
import { mean, percentile, summarize } from "./statistics.ts";

const ONE_TO_HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

Deno.test("summarize() takes nearest ranks, whatever the order of the samples", () => {
  const { count, mean, min, p50, p95, p99, p999, max } = summarize(ONE_TO_HUNDRED);
  assert.deepEqual({ count, mean, min, p50, p95, p99, max }, {
    count: 100,
    mean: 50.5,
    min: 1,
    p50: 50,
    p95: 95,
    p99: 99,
    max: 100,
  });
  assert.equal(p999, undefined);
});

Deno.test("summarize() brackets the median of 100 samples by ranks 40 and 61", () => {
  const { p50Low, p50High } = summarize(ONE_TO_HUNDRED);
  assert.deepEqual([p50Low, p50High], [40, 61]);
});

Deno.test("summarize() tells the 99.9th percentile from a thousand samples on", () => {
  const samples = Array.from({ length: 1000 }, (_, index) => index);
  assert.equal(summarize(samples.slice(1)).p999, undefined);
  assert.equal(summarize(samples).p999, 998);
});

Deno.test("summarize() of one sample is that sample, of none NaN", () => {
  const { p50, p99, p50Low, p50High } = summarize([7]);
  assert.deepEqual([p50, p99, p50Low, p50High], [7, 7, 7, 7]);
  assert.ok(Number.isNaN(summarize([]).p50));
});

Deno.test("percentile() of an even number of samples is the lower middle one", () => {
  assert.equal(percentile(new Float64Array([1, 2, 3, 4]), 0.5), 2);
});

Deno.test("mean() of nothing is NaN", () => assert.ok(Number.isNaN(mean([]))));
