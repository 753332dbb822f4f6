import assert from "node:assert/strict";
import { GatewayOnTriton } from "../testing/gateway_on_triton.ts";

/** Bits of float32 numbers, as hex. */
const bits = (values: Iterable<number>) => new Uint8Array(Float32Array.from(values).buffer).toHex();

Deno.test("a photo has the same bits in every dialect, of length 1, through Triton", async () => {
  await using pair = await GatewayOnTriton.start({ models: [{ source: "dct_512" }] });
  const { photo } = pair;
  const text = photo.toBase64();
  const post = async (init: RequestInit) => {
    const response = await fetch(`${pair.gateway.url}/embed`, { method: "POST", ...init });
    assert.equal(response.status, 200, await response.clone().text());
    return response;
  };
  const json = (value: unknown): RequestInit => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  const raw = { headers: { "content-type": "image/jpeg" }, body: photo };
  const form = new FormData();
  form.append("image", new File([photo], "photo.jpg"));

  const { embedding } = await (await post(raw)).json();
  assert.equal(embedding.length, 512);
  assert.ok(Math.abs(Math.hypot(...embedding) - 1) < 1e-6);
  const expected = bits(embedding);
  for (
    const init of [json({ image: text }), json({ image: `data:image/jpeg;base64,${text}` }), {
      body: form,
    }]
  ) {
    assert.equal(bits((await (await post(init)).json()).embedding), expected);
  }
  const input = `data:image/jpeg;base64,${text}`;
  const openai = { method: "POST", ...json({ input, encoding_format: "base64" }) };
  const { data } = await (await fetch(`${pair.gateway.url}/v1/embeddings`, openai)).json();
  assert.equal(Uint8Array.fromBase64(data[0].embedding).toHex(), expected);
  const many = await (await post(json({ images: Array(32).fill(text) }))).json();
  for (const row of many.embeddings) assert.equal(bits(row), expected);
  const accept = { ...raw.headers, accept: "application/octet-stream" };
  assert.equal((await (await post({ ...raw, headers: accept })).bytes()).toHex(), expected);
});
