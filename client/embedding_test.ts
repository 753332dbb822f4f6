import assert from "node:assert/strict";
import { parseServerTiming } from "./embedding.ts";

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
