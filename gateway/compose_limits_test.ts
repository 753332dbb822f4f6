import assert from "node:assert/strict";
import { createTestApp } from "../testing/app_harness.ts";
import { jpegOfScans } from "../testing/jpeg_of_scans.ts";
import { post } from "../testing/requests.ts";
import { until } from "../testing/until.ts";

/** A JPEG of a hundred scans, which takes a thread some 300 ms, and 18 MB. */
const SLOW = jpegOfScans({
  side: 1400,
  coding: "arithmetic",
  scans: Array.from({ length: 80 }, () => 1),
});

Deno.test("createAdmission() counts what decoding holds beside the body, while a worker is at it", async () => {
  await using app = await createTestApp();
  const reply = app.request("/embed", post("image/jpeg", SLOW));
  await until("the image is being decoded", () => {
    const { memory, bytes } = app.admission.usage;
    return memory - bytes > 17e6;
  });
  assert.equal((await reply).status, 200);
  assert.equal(app.admission.usage.memory, 0);
});

Deno.test("createAdmission() refuses an image by its price, and no worker sees it", async () => {
  await using app = await createTestApp({ workers: { run: () => assert.fail("seen") } });
  const scans = Array.from({ length: 100 }, () => 1);
  const bomb = jpegOfScans({ side: 5000, coding: "arithmetic", scans });
  const response = await app.request("/embed", post("image/jpeg", bomb));
  assert.equal(response.status, 422);
  const { error } = await response.json();
  assert.equal(error.code, "image_too_large");
  assert.match(error.message, /must take ≤ 2500 ms: 100 scans of 25000000 pixels take \d+ ms$/);
});

Deno.test("createAdmission() keeps half of the memory for one image, whatever bodies there are", async () => {
  await using app = await createTestApp({ admission: { memoryBytesMax: 64 * 2 ** 20 } });
  using permit = app.admission.admit("one");
  permit.addBytes(32 * 2 ** 20);
  assert.throws(() => permit.addBytes(1), {
    message: `Cannot accept request as memory bytes of bodies in flight must be ≤ ${32 * 2 ** 20}`,
  });
  using _image = app.admission.takeMemory(32 * 2 ** 20);
  assert.equal(app.admission.usage.memory, 64 * 2 ** 20);
});
