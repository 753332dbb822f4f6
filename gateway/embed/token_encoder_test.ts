import assert from "node:assert/strict";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { TokenEncoder } from "./token_encoder.ts";

const IDS = new Uint8Array(Int32Array.of(1, 500_000, 2).buffer);
const ORDER = { client: "one", signal: new AbortController().signal };

Deno.test("TokenEncoder.judge() finds no pixels, and nothing that could be wrong", () => {
  using encoder = new TokenEncoder();
  assert.equal(encoder.judge(IDS).pixels, 0);
});

Deno.test("TokenEncoder writes ids into the slot and nothing beside it, or gives them where they are", async () => {
  using encoder = new TokenEncoder();
  const judged = encoder.judge(IDS);
  const buffer = new SharedArrayBuffer(20);
  const address = { kind: "memory", datatype: "INT32", buffer, byteOffset: 4 } as const;
  await judged.encode(OPEN_CLIP, address, ORDER);
  assert.deepEqual([...new Int32Array(buffer)], [0, 1, 500_000, 2, 0]);
  assert.deepEqual(judged.encodeHere?.(OPEN_CLIP, "INT32"), IDS);
});

Deno.test("TokenEncoder rejects, and does not throw, where a slot is too small", async () => {
  using encoder = new TokenEncoder();
  const buffer = new SharedArrayBuffer(4);
  const address = { kind: "memory", datatype: "INT32", buffer, byteOffset: 0 } as const;
  await assert.rejects(encoder.judge(IDS).encode(OPEN_CLIP, address, ORDER), RangeError);
});
