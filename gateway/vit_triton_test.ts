import assert from "node:assert/strict";
import { makeSeededRepository, SEEDED_REPOSITORY } from "../testing/models/seeded_repository.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { startTriton } from "../testing/triton/triton_process.ts";

const MODEL = "openclip_vit_b32";
const PHOTOS = ["astronaut", "cat", "coffee", "dahlia", "galaxies", "pavilion", "retina", "rocket"];
const DIFFERENCE_MAX = 1e-5;
/** A batch of 32 takes seconds on two cores. */
const ENV = {
  GATEWAY_MODEL: MODEL,
  GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY,
  GATEWAY_MODEL_THREADS: "0",
  GATEWAY_REQUEST_TIMEOUT_MS: "60000",
};

async function embed(url: string, images: readonly string[]): Promise<number[][]> {
  const response = await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ images }),
  });
  const reply = await response.json();
  assert.equal(response.status, 200, JSON.stringify(reply));
  return reply.embeddings;
}

Deno.test("ViT-B/32 in full size through the real Triton equals the embedded engine", async () => {
  await makeSeededRepository([MODEL]);
  const photos = await Promise.all(PHOTOS.map((name) => testFile(`photos/${name}.jpg`)));
  const images = Array.from(
    { length: 32 },
    (_, index) => photos[index % photos.length]?.toBase64() ?? "",
  );
  const expected = await (async () => {
    await using gateway = await startGateway(ENV);
    return await embed(gateway.url, images.slice(0, PHOTOS.length));
  })();
  await using triton = await startTriton({
    repository: SEEDED_REPOSITORY,
    models: [MODEL],
    exitTimeoutSeconds: 5,
  });
  await using gateway = await startGateway({
    ...ENV,
    GATEWAY_ENGINE: "triton",
    GATEWAY_TRITON_URL: triton.grpcUrl,
    GATEWAY_TRITON_SHM: "on",
  });
  const many = await embed(gateway.url, images);
  const single = await embed(gateway.url, images.slice(0, 1));
  [...single, ...many].forEach((row, index) => {
    const other = expected[index === 0 ? 0 : (index - 1) % PHOTOS.length] ?? [];
    const difference = Math.max(...row.map((value, at) => Math.abs(value - (other[at] ?? NaN))));
    assert.ok(difference <= DIFFERENCE_MAX, `row ${index}: ${difference}`);
  });
});
