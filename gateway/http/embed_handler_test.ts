import assert from "node:assert/strict";
import { createTestApp, type TestApp } from "../../testing/app_harness.ts";
import { FakeEngine } from "../../testing/fake_engine.ts";
import { testFile } from "../../testing/harness.ts";

const CAT = await testFile("photos/cat.jpg");
const ROCKET = await testFile("photos/rocket.jpg");
const TURNED = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");
const DAMAGED = await testFile("goldens/refused/damaged_baseline_cut_half.jpg");
const TEXT = await testFile("goldens/refused/foreign_text.jpg");

const raw = (
  bytes: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): RequestInit => ({
  method: "POST",
  headers: {
    "content-type": "image/jpeg",
    "content-length": String(bytes.length),
    ...headers,
  },
  body: bytes,
});

const json = (value: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(value),
});

function form(fields: Readonly<Record<string, string>>, ...photos: Uint8Array<ArrayBuffer>[]) {
  const body = new FormData();
  for (const photo of photos) body.append("file", new File([photo], "photo.jpg"));
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return { method: "POST", body };
}

const floats = (base64: string) => new Float32Array(Uint8Array.fromBase64(base64).buffer);
const hex = (values: Iterable<number>) => new Uint8Array(Float32Array.from(values).buffer).toHex();

async function vector(app: TestApp, path: string, init: RequestInit): Promise<number[]> {
  const response = await app.request(path, init);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).embedding;
}

Deno.test("POST /embed gives one photo the same bits in every dialect, of length 1", async (t) => {
  await using app = await createTestApp();
  const cat = CAT.toBase64();
  const expected = hex(await vector(app, "/embed", raw(CAT)));

  await t.step("the vector has 512 floats and length 1", async () => {
    const embedding = await vector(app, "/embed", raw(CAT));
    assert.equal(embedding.length, 512);
    const length = Math.hypot(...embedding);
    assert.ok(Math.abs(length - 1) < 1e-6, `${length}`);
  });
  await t.step("another photo has another vector", async () => {
    assert.notEqual(hex(await vector(app, "/embed", raw(ROCKET))), expected);
  });
  for (
    const [what, path, init] of [
      ["octet-stream body", "/embed", raw(CAT, { "content-type": "application/octet-stream" })],
      ["another image type", "/embed", raw(CAT, { "content-type": "image/png" })],
      ["bare base64", "/embed", json({ image: cat })],
      ["base64 in lines", "/embed", json({ image: cat.replace(/.{76}/g, "$&\r\n") })],
      ["data URI", "/embed", json({ image: `data:image/jpeg;base64,${cat}` })],
      ["multipart", "/embed", form({}, CAT)],
      ["options at their defaults", "/embed?normalize=true&orient=none&on_error=fail", raw(CAT)],
    ] as const
  ) {
    await t.step(what, async () => {
      assert.equal(hex(await vector(app, path, init)), expected);
    });
  }
  await t.step("octet-stream reply", async () => {
    const response = await app.request("/embed", raw(CAT, { accept: "application/octet-stream" }));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/octet-stream");
    assert.equal(response.headers.get("x-embedding-shape"), "1,512");
    assert.equal((await response.bytes()).toHex(), expected);
  });
  for (
    const [what, path, init] of [
      ["base64 reply to JSON", "/embed", json({ image: cat, encoding_format: "base64" })],
      ["base64 reply to a raw body", "/embed?encoding_format=base64", raw(CAT)],
      ["base64 reply to a form", "/embed", form({ encoding_format: "base64" }, CAT)],
    ] as const
  ) {
    await t.step(what, async () => {
      const response = await app.request(path, init);
      assert.equal(response.status, 200);
      assert.equal(hex(floats((await response.json()).embedding)), expected);
    });
  }
});

Deno.test("POST /embed gives a photo the same bits among others as alone", async (t) => {
  await using app = await createTestApp();
  const cat = CAT.toBase64();
  const expected = hex(await vector(app, "/embed", raw(CAT)));
  const images = [ROCKET.toBase64(), cat, TURNED.toBase64(), cat, cat];
  for (const path of ["/embed", "/embed/base64"]) {
    await t.step(`within a batch of ${path}`, async () => {
      const response = await app.request(path, json({ images }));
      assert.equal(response.status, 200);
      const { embeddings } = await response.json();
      assert.equal(embeddings.length, 5);
      assert.deepEqual([1, 3, 4].map((row) => hex(embeddings[row])), [
        expected,
        expected,
        expected,
      ]);
    });
  }
  await t.step("within a batch of a form", async () => {
    const response = await app.request("/embed", form({}, ROCKET, CAT));
    const { embeddings } = await response.json();
    assert.equal(hex(embeddings[1]), expected);
  });
  await t.step("while others embed other photos", async () => {
    const requests = Array.from({ length: 12 }, (_, index) => [CAT, ROCKET, TURNED][index % 3])
      .map((photo) => vector(app, "/embed", raw(photo as typeof CAT)));
    const vectors = (await Promise.all(requests)).map(hex);
    assert.deepEqual([0, 3, 6, 9].map((row) => vectors[row]), Array(4).fill(expected));
  });
  await t.step("and gives every permit, slot and worker back", async () => {
    assert.deepEqual(app.admission.usage, {
      requests: 0,
      bytes: 0,
      pixels: 0,
      memory: 0,
      inputs: 0,
    });
    assert.equal(app.engine.slots.inUse, 0);
    assert.equal(await app.queued(), 0);
  });
});

Deno.test("POST /embed answers one image by itself and many as a list, with dim and model", async () => {
  await using app = await createTestApp();
  const image = CAT.toBase64();
  const single = await (await app.request("/embed", json({ image }))).json();
  assert.deepEqual(Object.keys(single).sort(), ["dim", "embedding", "model"]);
  assert.equal(single.dim, 512);
  assert.equal(single.model, "dct_512");
  const list = await (await app.request("/embed", json({ images: [image] }))).json();
  assert.deepEqual(Object.keys(list).sort(), ["dim", "embeddings", "model"]);
  const rows = await (await app.request("/embed/base64", json({ images: [image] }))).json();
  assert.deepEqual(Object.keys(rows), ["embeddings"]);
  assert.deepEqual(rows.embeddings, [single.embedding]);
});

Deno.test("POST /embed leaves the length alone with normalize=false, and only the length", async () => {
  await using app = await createTestApp();
  const unit = await vector(app, "/embed", raw(CAT));
  for (
    const [path, init] of [
      ["/embed?normalize=false", raw(CAT)],
      ["/embed", json({ image: CAT.toBase64(), normalize: false })],
      ["/embed", form({ normalize: "false" }, CAT)],
    ] as const
  ) {
    const embedding = await vector(app, path, init);
    const length = Math.hypot(...embedding);
    assert.ok(Math.abs(length - 1) > 0.01, `${length}`);
    embedding.forEach((value, index) =>
      assert.ok(Math.abs(value / length - (unit[index] as number)) < 1e-6)
    );
  }
});

Deno.test("POST /embed turns a photo by its EXIF with orient=exif and says so by its preprocess id", async () => {
  await using app = await createTestApp();
  const lying = await app.request("/embed", raw(TURNED));
  const upright = await app.request("/embed?orient=exif", raw(TURNED));
  assert.equal(lying.headers.get("x-preprocess-id"), "p1-none");
  assert.equal(upright.headers.get("x-preprocess-id"), "p1-exif");
  assert.notDeepEqual((await lying.json()).embedding, (await upright.json()).embedding);
  const cat = await vector(app, "/embed", raw(CAT));
  assert.deepEqual(await vector(app, "/embed?orient=exif", raw(CAT)), cat);
});

Deno.test("POST /embed decodes as the request says, else as the gateway does, and names that preprocess id", async () => {
  const large = await testFile("goldens/inputs/rgb_420_1600x1200.jpg");
  const id = "x-preprocess-id";
  await using app = await createTestApp();
  const exact = await app.request("/embed", raw(large));
  const fast = await app.request("/embed?decode=fast", raw(large));
  assert.deepEqual([exact.headers.get(id), fast.headers.get(id)], ["p1-none", "p1-fast_none"]);
  const exactRow = (await exact.json()).embedding;
  const fastRow = (await fast.json()).embedding;
  assert.notDeepEqual(fastRow, exactRow);

  await using fastApp = await createTestApp({ optionDefaults: { decode: "fast" } });
  assert.deepEqual(await vector(fastApp, "/embed", raw(large)), fastRow);
  assert.deepEqual(await vector(fastApp, "/embed?decode=exact", raw(large)), exactRow);
  const rows = await fastApp.request("/embed/base64", json({ images: [large.toBase64()] }));
  assert.equal(rows.headers.get(id), "p1-fast_none");
  assert.deepEqual((await rows.json()).embeddings, [fastRow]);
});

Deno.test("POST /embed answers item by item with on_error=item, whatever is wrong with the others", async () => {
  await using app = await createTestApp();
  const good = await vector(app, "/embed", json({ image: CAT.toBase64() }));
  const images = [DAMAGED, CAT, TEXT].map((bytes) => bytes.toBase64());
  images.push("no base64!", "data:text/plain;base64,AQ==", CAT.toBase64());
  const response = await app.request("/embed", json({ images, on_error: "item" }));
  assert.equal(response.status, 200);
  const { results, dim, model } = await response.json();
  assert.deepEqual([dim, model], [512, "dct_512"]);
  assert.deepEqual(results.map((result: { index: number }) => result.index), [0, 1, 2, 3, 4, 5]);
  const codes = results.map((result: { status: string; error?: { code: string } }) =>
    result.error?.code ?? result.status
  );
  assert.deepEqual(codes, [
    "invalid_image",
    "ok",
    "unsupported_media_type",
    "invalid_base64",
    "unsupported_media_type",
    "ok",
  ]);
  assert.deepEqual(results[1].embedding, good);
  assert.deepEqual(results[5].embedding, good);
  assert.equal(app.engine.slots.inUse, 0);
});

Deno.test("POST /embed answers 200 with on_error=item though every image is bad, and that is no success", async () => {
  await using app = await createTestApp();
  const images = [DAMAGED, TEXT].map((bytes) => bytes.toBase64());
  const response = await app.request("/embed", json({ images, on_error: "item" }));
  assert.equal(response.status, 200);
  const { results } = await response.json();
  assert.deepEqual(
    results.map((result: { status: string }) => result.status),
    ["error", "error"],
  );
  assert.equal(app.successes(), 0);
});

Deno.test("POST /embed names the first bad image of many with on_error=fail", async () => {
  await using app = await createTestApp();
  const images = [CAT, CAT, DAMAGED, TEXT].map((bytes) => bytes.toBase64());
  const response = await app.request("/embed", json({ images }));
  assert.equal(response.status, 415);
  const { error } = await response.json();
  assert.equal(error.code, "unsupported_media_type");
  assert.match(error.message, /^Image 3: Cannot decode image /);
  const damaged = await app.request("/embed", json({ images: images.slice(0, 3) }));
  assert.equal(damaged.status, 422);
  assert.match((await damaged.json()).error.message, /^Image 2: /);
  assert.equal(app.engine.slots.inUse, 0);
});

Deno.test("POST /embed refuses on_error=item together with a binary reply", async () => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  const accept = { accept: "application/octet-stream" };
  const response = await app.request("/embed?on_error=item", raw(CAT, accept));
  assert.equal(response.status, 400);
  assert.equal((await response.json()).error.code, "invalid_option");
});

for (
  const [what, init, status, code] of [
    ["a raw body", raw(CAT), 415, "unsupported_media_type"],
    ["a form", form({}, CAT), 415, "unsupported_media_type"],
    ["options", json({ images: ["AQ=="], normalize: false }), 400, "invalid_option"],
    ["a single image", json({ image: "AQ==" }), 400, "invalid_option"],
    ["no images", json({}), 400, "invalid_body"],
  ] as const
) {
  Deno.test(`POST /embed/base64 answers ${status} for ${what}`, async () => {
    await using app = await createTestApp({ engine: new FakeEngine() });
    const response = await app.request("/embed/base64", init);
    assert.equal(response.status, status);
    assert.equal((await response.json()).error.code, code);
  });
}

Deno.test("POST /embed stamps every phase into Server-Timing and reports the request once", async () => {
  await using app = await createTestApp({ engine: new FakeEngine() });
  const response = await app.request("/embed", raw(CAT, { "x-request-id": "r-1" }));
  assert.equal(response.status, 200);
  const timing = response.headers.get("server-timing") ?? "";
  assert.deepEqual(
    timing.split(", ").map((entry) => entry.split(";")[0]),
    ["body", "parse", "header", "preprocess", "batch", "infer", "reply", "total"],
  );
  assert.match(timing, /batch;dur=1\.00, infer;dur=2\.00/);
  const [event, ...others] = app.telemetry.requests;
  assert.equal(others.length, 0);
  assert.equal(event?.requestId, "r-1");
  assert.equal(event?.route, "/embed");
  assert.equal(event?.status, 200);
  assert.equal(event?.bodyBytes, CAT.length);
  assert.equal(event?.inputs, 1);
  assert.equal(app.telemetry.images[0]?.pixels, 451 * 300);
  assert.equal(app.successes(), 1);
});
