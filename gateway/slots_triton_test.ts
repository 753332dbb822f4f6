import assert from "node:assert/strict";
import { fingerprint } from "../testing/fingerprint.ts";
import { GatewayOnTriton } from "../testing/gateway_on_triton.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { preprocessorSettings } from "../testing/preprocessor_settings.ts";
import { eventually, LIMITS } from "../testing/real_triton.ts";
import { OPEN_CLIP } from "../preprocess/contract/image_options.ts";
import { Preprocessor } from "../preprocess/preprocessor.ts";
import { cosine } from "../models/contract/vectors.ts";

const MODEL = "dct_512";
const PHOTOS = ["astronaut", "cat", "coffee", "dahlia", "galaxies", "pavilion", "retina", "rocket"];
const IN_FLIGHT = 16;
/** Photos sent each way; each goes through many slots, beside many others. */
const PHOTOS_SENT = { on: 1000, off: 200 };

/** Photos, and what the scripted model must answer for each if every byte of its tensor arrives. */
async function photosWithFingerprints() {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const photos = [];
  // One after the other: a preprocessor's pixels last until its next call.
  for (const name of PHOTOS) {
    const photo = await testFile(`photos/${name}_half.jpg`);
    const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
    const input = new Uint8Array(preprocessor.normalize(crop).buffer);
    photos.push({ photo, expected: [...fingerprint(input, 512)] });
  }
  return photos;
}

/** Fingerprints are no embeddings of the model's. */
const UNPROVEN = { GATEWAY_SERVE_UNPROVEN: "on" };

for (const path of ["on", "off"] as const) {
  Deno.test(`every byte of every slot arrives, 16 in flight, shared memory ${path}`, async () => {
    await using pair = await GatewayOnTriton.start({
      env: { ...UNPROVEN, GATEWAY_TRITON_SHM: path },
    });
    await pair.triton.repository.setScript(MODEL, { reply: "fingerprint" });
    const photos = await photosWithFingerprints();
    let next = 0;
    const clients = Array.from({ length: IN_FLIGHT }, async () => {
      while (next < PHOTOS_SENT[path]) {
        const { photo, expected } = photos[next++ % photos.length] ?? assert.fail();
        const { status, embedding } = await pair.embed({ photo, query: "?normalize=false" });
        assert.equal(status, 200);
        assert.deepEqual(embedding, expected);
      }
    });
    await Promise.all(clients);
    await pair.untilIdle();
    const [statistics] = await pair.triton.client.statistics(MODEL, LIMITS);
    const sizes = statistics?.batchStats.map(({ batchSize }) => Number(batchSize)) ?? [];
    assert.ok(sizes.some((size) => size > 1 && size !== 8 && size !== 32), `batches of ${sizes}`);
  });
}

Deno.test("an abandoned slot used again while its old request still runs: the new vector is right", async () => {
  await using pair = await GatewayOnTriton.start({
    env: {
      ...UNPROVEN,
      GATEWAY_SLOTS: "2",
      GATEWAY_REQUEST_IMAGES_MAX: "2",
      GATEWAY_DECODE_WORKERS: "2",
    },
  });
  const { repository } = pair.triton;
  const [one, two] = await photosWithFingerprints();
  assert.ok(one !== undefined && two !== undefined);
  await repository.setScript(MODEL, { reply: "fingerprint", delay_ms: 500 });
  const begun = await repository.batchesBegun(MODEL);
  const leaver = new AbortController();
  const abandoned = pair.embed({ photo: one.photo, signal: leaver.signal }).catch(() => undefined);
  await eventually("it runs", async () => await repository.batchesBegun(MODEL) > begun);
  leaver.abort();
  await abandoned;
  await pair.untilIdle();
  const { embedding } = await pair.embed({ photo: two.photo, query: "?normalize=false" });
  assert.deepEqual(embedding, two.expected);
});

/** One image and 32, by shared memory and inline, against the embedded engine. */
Deno.test("embeddings equal the embedded engine's", async () => {
  await using embedded = await startGateway();
  const photos = await Promise.all(PHOTOS.map((name) => testFile(`photos/${name}_q30.jpg`)));
  const images = Array.from(
    { length: 32 },
    (_, index) => photos[index % photos.length]?.toBase64(),
  );
  const embed = async (url: string, body: unknown): Promise<number[][]> => {
    const response = await fetch(`${url}/embed`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const reply = await response.json();
    assert.equal(response.status, 200, JSON.stringify(reply));
    return reply.embeddings ?? [reply.embedding];
  };
  const expected = await embed(embedded.url, { images });
  for (const path of ["on", "off"]) {
    await using pair = await GatewayOnTriton.start({
      models: [{ source: MODEL }],
      env: { GATEWAY_TRITON_SHM: path },
    });
    const many = await embed(pair.gateway.url, { images });
    const single = await embed(pair.gateway.url, { image: images[0] });
    assert.ok(maxDifference([...many, ...single], [...expected, ...expected.slice(0, 1)]) <= 1e-6);
  }
  await using u8 = await GatewayOnTriton.start({ models: [{ source: "dct_512_u8", name: MODEL }] });
  assert.equal((await u8.engine()).inputDatatype, "UINT8");
  const bytes = await embed(u8.gateway.url, { images });
  bytes.forEach((row, index) => {
    const other = Float32Array.from(expected[index] ?? []);
    assert.ok(cosine(Float32Array.from(row), other) >= 0.99999);
  });
});

function maxDifference(a: readonly number[][], b: readonly number[][]): number {
  assert.equal(a.length, b.length);
  return Math.max(
    ...a.map((row, index) =>
      Math.max(...row.map((value, column) => Math.abs(value - (b[index]?.[column] ?? NaN))))
    ),
  );
}
