/** Bodies of many images as clients meet them: the same vectors as one by one, and no other errors than the catalogue's. */
import assert from "node:assert/strict";
import { createTestApp } from "../../testing/app_harness.ts";
import fc from "../../testing/fast_check.ts";
import { testFile } from "../../testing/harness.ts";
import { post } from "../../testing/requests.ts";
import { IMAGE_BATCH_TYPE, joinImages } from "../contract/image_batch.ts";

const CAT = await testFile("photos/cat.jpg");
const ROCKET = await testFile("photos/rocket.jpg");
const DAMAGED = await testFile("goldens/refused/damaged_baseline_cut_half.jpg");
const IMAGES_MAX = 32;
const MIB = 1024 * 1024;

const batch = (images: readonly Uint8Array[], headers: Record<string, string> = {}) =>
  post(IMAGE_BATCH_TYPE, joinImages(images), headers);
const BINARY = { accept: "application/octet-stream" };

Deno.test("POST /embed gives each image of a batch the vector that it has by itself, in JSON and float32", async () => {
  await using app = await createTestApp();
  const rows = await Promise.all([CAT, ROCKET].map(async (photo) => {
    const response = await app.request("/embed", post("image/jpeg", photo.slice(), BINARY));
    return new Float32Array(await response.arrayBuffer());
  }));
  const images = [CAT, ROCKET, CAT];
  const expected = [0, 1, 0].map((row) => rows[row]);
  const json = await (await app.request("/embed", batch(images))).json();
  assert.deepEqual(json.embeddings.map((row: number[]) => Float32Array.from(row)), expected);
  const response = await app.request("/embed", batch(images, BINARY));
  assert.equal(response.headers.get("x-embedding-shape"), "3,512");
  const floats = new Float32Array(await response.arrayBuffer());
  assert.deepEqual([0, 1, 2].map((row) => floats.slice(512 * row, 512 * (row + 1))), expected);
  const [one] = (await (await app.request("/embed", batch([CAT]))).json()).embeddings;
  assert.deepEqual(Float32Array.from(one), rows[0]);
});

Deno.test("POST /embed takes a long batch, whose images go to workers, and the cache knows them", async () => {
  await using app = await createTestApp();
  // A comment behind the end, so that the batch is longer than what is parsed on the spot.
  const long = new Uint8Array(MIB);
  long.set(CAT);
  const reply = await app.request("/embed", batch([long, ROCKET, long]));
  const { embeddings } = await reply.json();
  assert.deepEqual(embeddings[0], embeddings[2]);
  const single = await (await app.request("/embed", post("image/jpeg", ROCKET.slice()))).json();
  assert.deepEqual(embeddings[1], single.embedding);
});

Deno.test("POST /embed says of each image of a batch what is wrong with it, or of the first", async () => {
  await using app = await createTestApp({ request: { imageBytesMax: 200_000 } });
  const images = [CAT, DAMAGED, new Uint8Array(), new Uint8Array(200_001), ROCKET];
  const byItem = await (await app.request("/embed?on_error=item", batch(images))).json();
  assert.deepEqual(
    byItem.results.map(({ status, error }: Record<string, { code: string }>) =>
      error?.code ?? status
    ),
    ["ok", "invalid_image", "invalid_body", "body_too_large", "ok"],
  );
  const failed = await app.request("/embed", batch([CAT, DAMAGED]));
  assert.equal(failed.status, 422);
  assert.match((await failed.json()).error.message, /^Image 1: /);
});

Deno.test("POST /embed refuses a batch of too many images, or cut short, whatever on_error says", async () => {
  await using app = await createTestApp();
  const many = Array.from({ length: IMAGES_MAX + 1 }, () => CAT);
  const tooMany = await app.request("/embed?on_error=item", batch(many));
  assert.deepEqual([tooMany.status, (await tooMany.json()).error.code], [413, "too_many_images"]);
  for (const body of [joinImages([CAT]).slice(0, -1), Uint8Array.of(1, 0, 0), new Uint8Array()]) {
    const cut = await app.request("/embed?on_error=item", post(IMAGE_BATCH_TYPE, body));
    assert.deepEqual([cut.status, (await cut.json()).error.code], [400, "invalid_body"]);
  }
});

Deno.test("POST /embed answers a batch of any bytes by the catalogue, and never by 5xx", async () => {
  await using app = await createTestApp();
  const photos = fc.array(fc.constantFrom(CAT, ROCKET, DAMAGED), { minLength: 1, maxLength: 3 });
  const mutated = fc.tuple(photos, fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 9 })).map(
    ([images, place, value, cut]) => {
      const body = joinImages(images);
      // Lengths more often than photos.
      body[place % (place % 2 === 0 ? 6 : body.length)] = value;
      return body.slice(0, body.length - cut);
    },
  );
  await fc.assert(
    fc.asyncProperty(mutated, fc.boolean(), async (body, byItem) => {
      const path = byItem ? "/embed?on_error=item" : "/embed";
      const response = await app.request(path, post(IMAGE_BATCH_TYPE, body));
      await response.body?.cancel();
      assert.ok(response.status < 500, `${response.status}`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("No other dialect takes a batch of images", async () => {
  await using app = await createTestApp();
  for (const path of ["/embed/base64", "/rank", "/v1/embeddings", "/"]) {
    const response = await app.request(path, batch([CAT]));
    // Some clients would send it again after a 415.
    assert.ok([400, 415, 422].includes(response.status), `${path}: ${response.status}`);
    assert.match(await response.text(), /content-type must be/);
  }
});
