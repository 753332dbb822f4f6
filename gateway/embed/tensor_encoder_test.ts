import assert from "node:assert/strict";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { thrownBy } from "../../testing/thrown.ts";
import { TensorEncoder } from "./tensor_encoder.ts";

const IDS = new Uint8Array(Int32Array.of(1, 500_000, 2).buffer);
const ENGINE = new FakeEngine({ inputByteLength: IDS.length });
const ORDER = { client: "one", signal: new AbortController().signal };

Deno.test("TensorEncoder.judge() finds no pixels, and nothing that could be wrong", () => {
  using encoder = new TensorEncoder(ENGINE);
  assert.equal(encoder.judge(IDS).pixels, 0);
});

Deno.test("TensorEncoder writes ids into the slot and nothing beside it, or gives them where they are", async () => {
  using encoder = new TensorEncoder(ENGINE);
  const judged = encoder.judge(IDS);
  const buffer = new SharedArrayBuffer(20);
  const address = { kind: "memory", datatype: "INT32", buffer, byteOffset: 4 } as const;
  await judged.encode(OPEN_CLIP, address, ORDER);
  assert.deepEqual([...new Int32Array(buffer)], [0, 1, 500_000, 2, 0]);
  assert.deepEqual(judged.encodeHere?.(OPEN_CLIP, "INT32"), IDS);
});

Deno.test("TensorEncoder rejects, and does not throw, where a slot is too small", async () => {
  using encoder = new TensorEncoder(ENGINE);
  const buffer = new SharedArrayBuffer(4);
  const address = { kind: "memory", datatype: "INT32", buffer, byteOffset: 0 } as const;
  await assert.rejects(encoder.judge(IDS).encode(OPEN_CLIP, address, ORDER), RangeError);
});

Deno.test("TensorEncoder.judge() refuses what would not fill a slot, or more than one", () => {
  using encoder = new TensorEncoder(ENGINE);
  for (const length of [0, IDS.length - 1, IDS.length + 1]) {
    const error = thrownBy(() => encoder.judge(new Uint8Array(length)));
    assert.equal(error.code, "invalid_body");
    assert.match(error.message, new RegExp(`model's ${IDS.length}: they are ${length}$`));
  }
});
