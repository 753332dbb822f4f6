/** What a request passes before the app, and that its client is the same as far as the queue of a decoding thread. */
import assert from "node:assert/strict";
import { createTestApp } from "../testing/app_harness.ts";
import { decodeLevel } from "../testing/level_photos.ts";
import { testFile } from "../testing/harness.ts";
import { postJpeg } from "../testing/requests.ts";
import type { ImageJob } from "./embed/photo_encoder.ts";

const PHOTO = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const KEYS = ["first-key-0123456789", "second-key-012345678"];

/** Whom the workers of an app work for. */
async function createTrial(apiKeys: readonly string[] = []) {
  const clients: string[] = [];
  const workers = {
    run: (job: ImageJob) => {
      clients.push(job.client);
      return Promise.try(decodeLevel, job);
    },
  };
  const app = await createTestApp({ apiKeys, workers });
  const ask = async (hostname: string, authorization = "") => {
    const { headers, ...init } = postJpeg(PHOTO);
    const all = { ...headers as Record<string, string>, authorization };
    const response = await app.requestFrom(hostname, "/embed", { ...init, headers: all });
    await response.body?.cancel();
    return response.status;
  };
  return { app, clients, ask };
}

Deno.test("composeDoor() has images wait in the line of their client's address", async () => {
  const { app, clients, ask } = await createTrial();
  await using _ = app;
  assert.deepEqual([await ask("10.0.0.7"), await ask("10.0.0.8")], [200, 200]);
  assert.deepEqual(clients, ["10.0.0.7", "10.0.0.8"]);
});

Deno.test("composeDoor() has images wait in the line of their client's key, and none for whoever has none", async () => {
  const { app, clients, ask } = await createTrial(KEYS);
  await using _ = app;
  const statuses = [
    await ask("10.0.0.7", `Bearer ${KEYS[0]}`),
    await ask("10.0.0.8", `Bearer ${KEYS[0]}`),
    await ask("10.0.0.8", `Bearer ${KEYS[1]}`),
    await ask("10.0.0.9", "Bearer guessed-key-0123456"),
  ];
  assert.deepEqual(statuses, [200, 200, 200, 401]);
  assert.deepEqual(clients, ["key 0", "key 0", "key 1"]);
});

Deno.test("composeDoor() has refusals of heads readable by pages of the origins that are named", async () => {
  const origin = "https://photos.example";
  await using app = await createTestApp({ corsOrigins: [origin] });
  const headers = { origin, "content-length": "1", "transfer-encoding": "chunked" };
  const response = await app.requestFrom("10.0.0.7", "/livez", { headers });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("access-control-allow-origin"), origin);
});
