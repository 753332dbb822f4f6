/** Options whose defaults are the gateway's settings, through every form of a request. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { testFile } from "../../testing/harness.ts";
import { postJpeg } from "../../testing/requests.ts";

const TURNED = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const RAW = postJpeg(TURNED);

const json = (value: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

async function vector(app: TestApp, path: string, init: RequestInit): Promise<number[]> {
  const response = await app.request(path, init);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).embedding;
}

Deno.test("POST /embed turns photos as the request says, else as the gateway does, in every form", async () => {
  await using lying = await createTestApp();
  const asIs = await vector(lying, "/embed", RAW);
  const upright = await vector(lying, "/embed?orient=exif", RAW);
  await using app = await createTestApp({ optionDefaults: { orient: "exif" } });
  const image = TURNED.toBase64();
  const form = new FormData();
  form.append("image", new Blob([TURNED]));
  for (const [path, request] of [["/embed", RAW], ["/embed", json({ image })]] as const) {
    assert.deepEqual(await vector(app, path, request), upright);
  }
  assert.deepEqual(await vector(app, "/embed", { method: "POST", body: form }), upright);
  const rows = await app.request("/embed/base64", json({ images: [image] }));
  assert.equal(rows.headers.get("x-preprocess-id"), "p1-exif");
  assert.deepEqual((await rows.json()).embeddings, [upright]);
  assert.deepEqual(await vector(app, "/embed?orient=none", RAW), asIs);
  assert.deepEqual(await vector(app, "/embed", json({ image, orient: "none" })), asIs);
});
