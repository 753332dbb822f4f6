import assert from "node:assert/strict";
import { formatProfile, parseServerTiming, profileTree } from "./profile.ts";

for (
  const [header, phases] of [
    ["body;dur=0.10, infer;dur=12.5, total;dur=13", { body: 0.1, infer: 12.5, total: 13 }],
    ["cache;desc=hit, total ; dur=2", { total: 2 }],
    ["", {}],
    [null, {}],
  ] as const
) {
  Deno.test(`parseServerTiming() reads ${header}`, () => {
    assert.deepEqual(parseServerTiming(header), phases);
  });
}

Deno.test("profileTree() has line and gateway, phases with their own parts, and the rest of the gateway's time", () => {
  const timing = "body;dur=1, infer;dur=6, infer_queue;dur=2.5, infer_compute;dur=3, total;dur=10";
  assert.equal(
    formatProfile(profileTree(35, timing)),
    `round trip     35.00 ms
  line         25.00 ms
  gateway      10.00 ms
    body        1.00 ms
    infer       6.00 ms
      queue     2.50 ms
      compute   3.00 ms
    other       3.00 ms`,
  );
});

Deno.test("profileTree() has the round trip alone where nobody tells more", () => {
  assert.deepEqual(profileTree(5, null), { name: "round trip", ms: 5, parts: [] });
});
