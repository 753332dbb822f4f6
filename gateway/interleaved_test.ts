import assert from "node:assert/strict";
import { readGoldenFile, readGoldens } from "../testing/goldens/read_goldens.ts";
import { startGateway } from "../testing/harness.ts";

const IN_FLIGHT = 24;
const ROUNDS = 3;
const STRIDE = 11;
const MIB = 1024 * 1024;

/** One photo in one form; the answer is the same in every form and however much else is in flight. */
interface Request {
  readonly what: string;
  readonly path: string;
  readonly init: RequestInit;
}

/** The forms of a photo: the last is long enough for the worker that parses bodies. */
function requestsOf(name: string): Request[] {
  const photo = readGoldenFile(name);
  const base64 = photo.toBase64();
  const form = new FormData();
  form.append("image", new File([photo], "photo.jpg", { type: "image/jpeg" }));
  const json = (value: unknown) => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
  });
  const raw = { method: "POST", headers: { "content-type": "image/jpeg" }, body: photo };
  return [
    { what: `${name} raw`, path: "/embed?encoding_format=base64", init: raw },
    { what: `${name} as floats`, path: "/embed", init: raw },
    { what: `${name} fast`, path: "/embed?encoding_format=base64&decode=fast", init: raw },
    { what: `${name} in a form`, path: "/embed", init: { method: "POST", body: form } },
    { what: `${name} in JSON`, path: "/embed", init: json({ image: base64 }) },
    {
      what: `${name} in long JSON`,
      path: "/embed",
      init: json({ images: [base64 + " ".repeat(MIB)] }),
    },
  ];
}

async function bitsOf(url: string, { path, init }: Request): Promise<string> {
  const response = await fetch(`${url}${path}`, init);
  const reply = await response.json();
  if (reply.error !== undefined) return reply.error.code;
  const row: number[] | string = reply.embedding ?? reply.embeddings[0];
  if (typeof row === "string") return row;
  return new Uint8Array(Float32Array.from(row).buffer).toBase64();
}

Deno.test("photos of all kinds side by side have the vectors they have alone", async () => {
  // However slow the machine is, nobody is to be refused.
  const settings = { GATEWAY_DECODE_WORKERS: "2", GATEWAY_LATENCY_MS_TARGET: "60000" };
  await using gateway = await startGateway(settings);
  // One of every kind and size, sound and damaged.
  const names = readGoldens().map(({ name }) => name).filter((_, index) => index % 16 === 0);
  const requests = names.concat("refused/damaged_baseline_cut_half.jpg").flatMap(requestsOf);
  const alone = new Map<string, string>();
  for (const request of requests) alone.set(request.what, await bitsOf(gateway.url, request));
  assert.ok(new Set(alone.values()).size > names.length / 2);

  // Every request once a round, with other neighbours than before.
  assert.notEqual(requests.length % STRIDE, 0);
  const queue = Array.from(
    { length: ROUNDS * requests.length },
    (_, index) => requests[(index * STRIDE) % requests.length] as Request,
  );
  await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
    for (let request = queue.pop(); request !== undefined; request = queue.pop()) {
      assert.equal(await bitsOf(gateway.url, request), alone.get(request.what), request.what);
    }
  }));
});
