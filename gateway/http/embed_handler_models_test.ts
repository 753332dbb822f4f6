/** A flood on one of two models, whose engine hangs. */
import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";
import { postJpeg, status } from "../../testing/requests.ts";

const CAT = await testFile("photos/cat_half.jpg");
const OTHER = "dct_512_u8";

/** Of one client, as by a proxy. */
const embed = (app: TestApp, model: string) =>
  app.requestFrom("10.0.0.1", `/embed?model=${model}`, postJpeg(CAT));

Deno.test("a flood on a model that hangs is refused, and the other model's requests are admitted and answered", async () => {
  const [hanging, good] = [new FakeEngine({ slots: 64 }), new FakeEngine({ slots: 64 })];
  const release = Promise.withResolvers<Float32Array>();
  for (let count = 0; count < 64; count++) {
    hanging.script.push(async (inputs) => {
      await release.promise;
      return new Float32Array(inputs.length * 4).fill(1);
    });
  }
  await using app = await createTestApp({ engine: hanging, others: new Map([[OTHER, good]]) });
  const flood = Array.from({ length: 200 }, () => status(embed(app, "dct_512")));
  for (let count = 0; count < 50; count++) {
    assert.equal(await status(embed(app, OTHER)), 200, `request ${count}`);
  }
  release.resolve(new Float32Array());
  const statuses = await Promise.all(flood);
  const [served, refused] = [200, 429].map((code) =>
    statuses.filter((status) => status === code).length
  );
  assert.equal((served ?? 0) + (refused ?? 0), 200);
  assert.ok((served ?? 0) >= 16 && (served ?? 0) <= 64, String(served));
  assert.deepEqual(
    app.admission.usage,
    { requests: 0, bytes: 0, pixels: 0, inputs: 0, memory: 0 },
  );
});

Deno.test("a request is of no model until it is known which one it is for, where there are several", async () => {
  const others = new Map([[OTHER, new FakeEngine()]]);
  await using app = await createTestApp({ others, body: { bytesMax: CAT.length } });
  await using only = await createTestApp({ body: { bytesMax: CAT.length } });
  const long = postJpeg(new Uint8Array(CAT.length + 1));
  assert.equal(await status(embed(app, OTHER)), 200);
  assert.equal(await status(embed(app, "nobody")), 404);
  assert.equal(await status(app.request(`/embed?model=${OTHER}`, long)), 413);
  assert.equal(await status(only.request("/embed", long)), 413);
  const models = ({ telemetry }: TestApp) => telemetry.requests.map(({ model }) => model);
  assert.deepEqual([models(app), models(only)], [[OTHER, undefined, undefined], ["dct_512"]]);
});
