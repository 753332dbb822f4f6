import assert from "node:assert/strict";
import type { Photo } from "../../testing/photo_set.ts";
import { type WayName, WAYS } from "./registry.ts";
import { concat, EMBEDDING_DIM, type WayReply } from "./way.ts";

const TENSOR_LENGTH = 3 * 224 * 224;
const PHOTOS: Photo[] = [1, 2].map((seed) => ({
  jpeg: Uint8Array.of(0xff, 0xd8, seed),
  tensor: new Float32Array(TENSOR_LENGTH).fill(seed / 2),
}));
const EMBEDDINGS = Float32Array.from({ length: 2 * EMBEDDING_DIM }, (_, index) => index / 8);
const ROWS = [EMBEDDINGS.subarray(0, EMBEDDING_DIM), EMBEDDINGS.subarray(EMBEDDING_DIM)];

interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Sends the photos to a server that answers as told; what it received, and the way's reply. */
async function send(
  way: WayName,
  photos: readonly Photo[],
  respond: () => Response,
): Promise<{ received: Received; reply: WayReply }> {
  let received: Received | undefined;
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { headers, url } = request;
      received = { path: new URL(url).pathname, headers, body: await request.bytes() };
      return respond();
    },
  );
  try {
    const url = `http://127.0.0.1:${server.addr.port}`;
    await using sender = WAYS[way].create({ url, model: "m", apiKey: "secret" });
    const reply = await sender.send(photos);
    return { received: received as Received, reply };
  } finally {
    await server.shutdown();
  }
}

const asText = (body: Uint8Array) => new TextDecoder().decode(body);

Deno.test("triton-json sends numbers as text and reads them", async () => {
  const data = Array.from(EMBEDDINGS);
  const { received, reply } = await send(
    "triton-json",
    PHOTOS,
    () => Response.json({ outputs: [{ name: "embedding", data }] }),
  );
  assert.equal(received.path, "/v2/models/m/infer");
  const { inputs: [input] } = JSON.parse(asText(received.body));
  assert.deepEqual([input.name, input.datatype, input.shape], ["image", "FP32", [2, 3, 224, 224]]);
  assert.deepEqual([input.data[0], input.data.at(-1), input.data.length], [
    0.5,
    1,
    2 * TENSOR_LENGTH,
  ]);
  assert.deepEqual(reply.embeddings, EMBEDDINGS);
  assert.deepEqual([reply.bytesUp], [received.body.length]);
});

Deno.test("triton-http sends tensors as bytes behind a JSON header, and reads the same", async () => {
  const head = JSON.stringify({ outputs: [{ name: "embedding" }] });
  const body = concat([new TextEncoder().encode(head), new Uint8Array(EMBEDDINGS.buffer)]);
  const { received, reply } = await send(
    "triton-http",
    PHOTOS,
    () =>
      new Response(body, { headers: { "inference-header-content-length": String(head.length) } }),
  );
  const length = Number(received.headers.get("inference-header-content-length"));
  const { inputs: [input] } = JSON.parse(asText(received.body.subarray(0, length)));
  assert.equal(input.parameters.binary_data_size, 2 * TENSOR_LENGTH * 4);
  const numbers = new Float32Array(received.body.slice(length).buffer);
  assert.deepEqual([numbers[0], numbers.at(-1), numbers.length], [0.5, 1, 2 * TENSOR_LENGTH]);
  assert.deepEqual(reply.embeddings, EMBEDDINGS);
});

Deno.test("gateway-base64 and python send base64 and read rows", async () => {
  for (const way of ["gateway-base64", "python"] as const) {
    const { received, reply } = await send(
      way,
      PHOTOS,
      () =>
        Response.json({ embeddings: ROWS.map((row) => [...row]) }, {
          headers: { "server-timing": "decode;dur=1.50, total;dur=2" },
        }),
    );
    assert.equal(received.path, "/embed/base64");
    assert.equal(received.headers.get("authorization"), "Bearer secret");
    assert.deepEqual(JSON.parse(asText(received.body)), { images: ["/9gB", "/9gC"] });
    assert.deepEqual(reply.embeddings, EMBEDDINGS);
    assert.deepEqual(reply.serverMs, { decode: 1.5, total: 2 });
  }
});

Deno.test("gateway-raw sends one photo as the body", async () => {
  const { received, reply } = await send(
    "gateway-raw",
    PHOTOS.slice(0, 1),
    () => new Response(ROWS[0] as Float32Array<ArrayBuffer>),
  );
  assert.deepEqual([received.path, received.headers.get("content-type")], ["/embed", "image/jpeg"]);
  assert.equal(received.headers.get("accept"), "application/octet-stream");
  assert.deepEqual(received.body, PHOTOS[0]?.jpeg);
  assert.deepEqual([reply.embeddings?.length, reply.bytesDown], [512, 2048]);
});

Deno.test("gateway-raw sends several photos as a form", async () => {
  const { received } = await send("gateway-raw", PHOTOS, () => new Response(EMBEDDINGS));
  const form = await new Response(received.body, { headers: received.headers }).formData();
  const files = form.getAll("images") as File[];
  const contents = await Promise.all(files.map((file) => file.bytes()));
  assert.deepEqual(contents, PHOTOS.map(({ jpeg }) => jpeg));
});

Deno.test("ways fail with what the server says", async () => {
  const refused = send("gateway-raw", PHOTOS, () => new Response("too busy", { status: 429 }));
  await assert.rejects(refused, /429: too busy/);
});
