import assert from "node:assert/strict";
import { batchRequest, readBatch, readSingle } from "./wire.ts";

const STAMPS = { "x-embedding-space": "s1", "x-preprocess-id": "p1" };
const SOURCE = { madeBy: "m", modality: "text" } as const;
const NO_GATEWAY = { code: "unexpected_reply", message: /is this a gateway\?$/ };
const TEXTS = [{ text: "a" }, { text: "b" }];
const base64 = new Uint8Array(Float32Array.of(1, 0).buffer).toBase64();

const PHOTOS = [Uint8Array.of(1), Uint8Array.of(2, 3)];

Deno.test("batchRequest() sends photos behind their lengths, and words in JSON", () => {
  const { headers, body } = batchRequest(PHOTOS, false);
  assert.deepEqual(headers, { "content-type": "application/x-image-batch" });
  assert.deepEqual(body, Uint8Array.of(1, 0, 0, 0, 1, 2, 0, 0, 0, 2, 3));
  for (const asForm of [false, true]) {
    assert.equal(batchRequest(TEXTS, asForm).body, '{"texts":["a","b"]}');
  }
});

Deno.test("batchRequest() sends photos as parts of a form to gateways that take nothing else", async () => {
  const form = batchRequest(PHOTOS, true).body as FormData;
  const parts = form.getAll("images").map((part) => (part as File).bytes());
  assert.deepEqual(await Promise.all(parts), [Uint8Array.of(1), Uint8Array.of(2, 3)]);
});

for (
  const [what, body, headers] of [
    ["no space", new Uint8Array(8), { "x-preprocess-id": "p1" }],
    ["no preprocess id", new Uint8Array(8), { "x-embedding-space": "s1" }],
    ["no bytes", new Uint8Array(), STAMPS],
    ["half a number", new Uint8Array(6), STAMPS],
  ] as const
) {
  Deno.test(`readSingle() refuses a reply with ${what}`, async () => {
    await assert.rejects(readSingle(new Response(body, { headers }), SOURCE), NO_GATEWAY);
  });
}

Deno.test("readBatch() gives a result an input, and refuses what has another number of them", async () => {
  const error = { code: "invalid_text", message: "empty" };
  const results = [{ embedding: base64, truncated: true }, { error }];
  const reply = (body: unknown) => Response.json(body, { headers: STAMPS });
  const [good, bad] = await readBatch(reply({ results }), TEXTS, "m");
  assert.deepEqual(good, {
    ...{ ...SOURCE, space: "s1", preprocessId: "p1" },
    ...{ vector: Float32Array.of(1, 0), isTruncated: true },
  });
  assert.deepEqual({ ...bad }, { ...bad, code: "invalid_text", status: 400 });
  for (const body of [{ results: results.slice(1) }, {}, []]) {
    await assert.rejects(readBatch(reply(body), TEXTS, "m"), NO_GATEWAY);
  }
  await assert.rejects(readBatch(new Response("<", { headers: STAMPS }), TEXTS, "m"), NO_GATEWAY);
});
