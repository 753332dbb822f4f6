import assert from "node:assert/strict";
import { toCounters, tritonShare } from "./triton_statistics.ts";

const stats = (requests: number, ns: number) =>
  toCounters({
    inference_stats: {
      success: { count: requests, ns: 9 * ns },
      queue: { count: requests, ns },
      compute_input: { count: requests, ns: 2 * ns },
      compute_infer: { count: requests, ns: 3 * ns },
      compute_output: { count: requests, ns: 0 },
    },
  });

Deno.test("tritonShare() gives means a request since the first reading", () => {
  assert.deepEqual(tritonShare(stats(10, 5e6), stats(30, 45e6)), {
    partsMs: { queue: 2, compute_input: 4, compute_infer: 6, compute_output: 0 },
  });
});

Deno.test("tritonShare() says nothing about no requests", () => {
  assert.equal(tritonShare(stats(10, 1), stats(10, 1)), undefined);
});
