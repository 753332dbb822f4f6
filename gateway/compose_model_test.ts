import assert from "node:assert/strict";
import { buildDctModel } from "../testing/dct_model.ts";
import { startGateway, testFile, type TestGateway } from "../testing/harness.ts";
import { postJpeg, status } from "../testing/requests.ts";
import { findTurboJpeg } from "../preprocess/decode/jpeg/turbojpeg_library.ts";

const CAT = await testFile("photos/cat.jpg");
const LARGE = await testFile("goldens/inputs/rgb_420_640x480.jpg");
const CMYK = await testFile("goldens/inputs/cmyk_adobe0_211x157.jpg");
const TURNED = await testFile("goldens/inputs/exif_6_ii_190x121.jpg");

const messages = ({ log }: TestGateway) => log.map(({ message }) => message);

/** Copies the model's folder, one field of its golden changed or an ONNX file added, and serves it from there. */
async function withGolden(
  change: Readonly<Record<string, unknown>>,
  test: (env: Record<string, string>) => Promise<void>,
  model?: Uint8Array,
): Promise<void> {
  const repository = await Deno.makeTempDir();
  try {
    const source = new URL("../model_repository/dct_512/", import.meta.url);
    await Deno.mkdir(`${repository}/dct_512`);
    await Deno.copyFile(new URL("manifest.json", source), `${repository}/dct_512/manifest.json`);
    const golden = JSON.parse(await Deno.readTextFile(new URL("golden.json", source)));
    const changed = JSON.stringify({ ...golden, ...change });
    await Deno.writeTextFile(`${repository}/dct_512/golden.json`, changed);
    if (model !== undefined) {
      await Deno.mkdir(`${repository}/dct_512/1`);
      await Deno.writeFile(`${repository}/dct_512/1/model.onnx`, model);
    }
    await test({ GATEWAY_MODEL_REPOSITORY: repository });
  } finally {
    await Deno.remove(repository, { recursive: true });
  }
}

Deno.test("compose() names the preprocess id of /info in every good reply, by its orient", async () => {
  await using gateway = await startGateway();
  const { preprocess_id } = await (await fetch(`${gateway.url}/info`)).json();
  for (const orient of ["none", "exif"]) {
    const response = await fetch(`${gateway.url}/embed?orient=${orient}`, postJpeg(TURNED));
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-preprocess-id"), preprocess_id[orient]);
    await response.body?.cancel();
  }
});

Deno.test("compose() with the portable decoder says so, gives the same embeddings, and answers CMYK with 422", async () => {
  const embed = async (env: Record<string, string>) => {
    await using gateway = await startGateway(env);
    const { jpeg_decoder, preprocess_id } = await (await fetch(`${gateway.url}/info`)).json();
    const reply = await fetch(`${gateway.url}/embed`, postJpeg(LARGE));
    assert.equal(reply.headers.get("x-preprocess-id"), preprocess_id.none);
    const { embedding } = await reply.json();
    const cmyk = await fetch(`${gateway.url}/embed`, postJpeg(CMYK));
    const { error } = await cmyk.json();
    return { jpeg_decoder, id: preprocess_id.none, embedding, cmyk: [cmyk.status, error?.code] };
  };
  const portable = await embed({ GATEWAY_JPEG_DECODER: "portable" });
  assert.match(portable.jpeg_decoder, /^codec-libjpeg-turbo-8bit /);
  assert.deepEqual(portable.cmyk, [422, "unsupported_image"]);
  const auto = await embed({ GATEWAY_JPEG_DECODER: "auto" });
  assert.deepEqual(auto.embedding, portable.embedding);
  if (findTurboJpeg().path === undefined) return assert.deepEqual(auto, portable);
  assert.match(auto.jpeg_decoder, /^libturbojpeg /);
  assert.notEqual(auto.id, portable.id);
});

Deno.test({
  name: "compose() takes the portable decoder where FFI is withheld, and logs why",
  permissions: {
    ...{ read: true, write: true, env: true, net: true, sys: true },
    ffi: ["./node_modules/.deno/onnxruntime-node@1.30.0"],
  },
  async fn() {
    await using gateway = await startGateway({ GATEWAY_JPEG_DECODER: "auto" });
    assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(LARGE))), 200);
    const [line] = gateway.log;
    assert.equal(line?.message, "JPEGs are decoded in WebAssembly, slower and without CMYK");
    assert.match(
      String(line?.reason),
      /^(--allow-ffi does not cover .*libturbojpeg|no libturbojpeg for )/,
    );
  },
});

Deno.test({
  name: "compose() does not start without the native decoder that is asked for, and says why",
  permissions: { read: true, write: true, env: true, net: true, sys: true, ffi: false },
  async fn() {
    await assert.rejects(startGateway({ GATEWAY_JPEG_DECODER: "native" }), {
      message: /^GATEWAY_JPEG_DECODER=native cannot be had: .+; auto and portable run here$/,
    });
  },
});

Deno.test("compose() decodes fast where its settings say so, and the canary exactly all the same", async () => {
  await using gateway = await startGateway({
    GATEWAY_DECODE: "fast",
    GATEWAY_FAST_DECODE_SCALE_MIN: "1",
  });
  const { preprocess_id, decode } = await (await fetch(`${gateway.url}/info`)).json();
  assert.deepEqual(decode, { default: "fast", fast_scale_min: 1 });
  const embed = async (query: string) => {
    const response = await fetch(`${gateway.url}/embed${query}`, postJpeg(LARGE));
    return { id: response.headers.get("x-preprocess-id"), ...await response.json() };
  };
  const [fast, exact] = [await embed(""), await embed("?decode=exact")];
  assert.deepEqual([fast.id, exact.id], [preprocess_id.fast_none, preprocess_id.none]);
  assert.notDeepEqual(fast.embedding, exact.embedding);
});

Deno.test("compose() turns photos where its settings say so, by ids and cache keys of their own", async () => {
  await using gateway = await startGateway({
    GATEWAY_ORIENT: "exif",
    GATEWAY_CACHE_BYTES: "1048576",
  });
  const { preprocess_id, orient } = await (await fetch(`${gateway.url}/info`)).json();
  assert.deepEqual(orient, { default: "exif" });
  const embed = async (query: string) => {
    const response = await fetch(`${gateway.url}/embed${query}`, postJpeg(TURNED));
    const timing = response.headers.get("server-timing") ?? "";
    const id = response.headers.get("x-preprocess-id");
    return { id, isComputed: /infer/.test(timing), ...await response.json() };
  };
  const upright = await embed("");
  assert.deepEqual([upright.id, upright.isComputed], [preprocess_id.exif, true]);
  const named = await embed("?orient=exif");
  assert.deepEqual([named.id, named.isComputed], [preprocess_id.exif, false]);
  const lying = await embed("?orient=none");
  assert.deepEqual([lying.id, lying.isComputed], [preprocess_id.none, true]);
  assert.deepEqual(named.embedding, upright.embedding);
  assert.notDeepEqual(lying.embedding, upright.embedding);
});

Deno.test("compose() gives a repeated photo the same bits, and computes it once, with a cache", async () => {
  const embed = async (gateway: TestGateway, query = "") => {
    const headers = { ...postJpeg(CAT).headers, accept: "application/octet-stream" };
    const response = await fetch(`${gateway.url}/embed${query}`, { ...postJpeg(CAT), headers });
    assert.equal(response.status, 200);
    const timing = response.headers.get("server-timing") ?? "";
    return { bits: (await response.bytes()).toHex(), timing };
  };
  const plain = await startGateway();
  const expected = await embed(plain);
  const expectedRaw = await embed(plain, "?normalize=false");
  assert.equal(
    (await plain.metrics()).get('gateway_cache_lookups_total{model="dct_512",result="miss"}'),
    undefined,
  );
  await plain[Symbol.asyncDispose]();

  await using gateway = await startGateway({ GATEWAY_CACHE_BYTES: "1048576" });
  const crowd = await Promise.all(Array.from({ length: 20 }, () => embed(gateway)));
  const known = await embed(gateway);
  for (const { bits } of [...crowd, known]) assert.equal(bits, expected.bits);
  assert.equal((await embed(gateway, "?normalize=false")).bits, expectedRaw.bits);
  assert.match(known.timing, /cache;dur=/);
  assert.doesNotMatch(known.timing, /preprocess|infer/);
  const metrics = await gateway.metrics();
  const lookups = (result: string) =>
    metrics.get(`gateway_cache_lookups_total{model="dct_512",result="${result}"}`) ?? 0;
  assert.equal(lookups("miss"), 1);
  assert.equal(lookups("hit") + lookups("shared"), 21);
  // The canary's photo and the cat.
  assert.equal(metrics.get('gateway_batch_images_sum{model="dct_512"}'), 2);
  assert.equal(metrics.get('gateway_cache_images{model="dct_512"}'), 1);
  assert.equal(metrics.get('gateway_cache_bytes{model="dct_512"}'), 3072);
  // Another preprocess id is another embedding, though the cat is too small to come out any different.
  assert.match((await embed(gateway, "?decode=fast")).timing, /infer/);
  assert.equal((await gateway.metrics()).get('gateway_cache_images{model="dct_512"}'), 2);
});

for (const isolates of ["1", "2"]) {
  Deno.test(`a gateway of ${isolates} does not start when the golden photo becomes another input`, () =>
    withGolden({ input_f32_sha256: "0".repeat(64) }, async (env) => {
      await assert.rejects(startGateway({ ...env, GATEWAY_ISOLATES: isolates }), {
        message:
          /^Cannot start as the golden photo must become input 0{64}: it becomes [0-9a-f]{64}$/,
      });
    }));
}

for (const engine of ["embedded", "triton"]) {
  for (const isolates of ["1", "2"]) {
    Deno.test(`a gateway of ${isolates} on ${engine} does not start when a bit of its model is another one`, () => {
      const model = buildDctModel();
      const middle = model.length >> 1;
      model[middle] = (model[middle] as number) ^ 1;
      const settings = { GATEWAY_ENGINE: engine, GATEWAY_ISOLATES: isolates };
      return withGolden({}, async (env) => {
        await assert.rejects(startGateway({ ...env, ...settings }), {
          message:
            /^Cannot serve model dct_512 as SHA-256 of .*1\/model.onnx must be [0-9a-f]{64}, .*: it is [0-9a-f]{64}; /,
        });
      }, model);
    });
  }
}

/** What a model of another golden record is not. */
const OTHER_EMBEDDING = { embedding: new Uint8Array(Float32Array.of(1, 2, 3).buffer).toBase64() };

Deno.test("compose() listens but is not ready when the model gives another embedding", () =>
  withGolden(OTHER_EMBEDDING, async (env) => {
    await using gateway = await startGateway(env);
    assert.deepEqual(messages(gateway), ["canary", "not ready", "listening"]);
    const response = await fetch(`${gateway.url}/readyz`);
    assert.equal(response.status, 503);
    assert.deepEqual(await response.json(), {
      status: "not_ready",
      reason: "canary failed: upstream_error",
    });
    assert.equal(await status(fetch(`${gateway.url}/livez`)), 200);
  }));

for (const isolates of ["1", "2"]) {
  Deno.test(`a gateway of ${isolates} embeds nothing, in no dialect, when the model gives another embedding`, () =>
    withGolden(OTHER_EMBEDDING, async (env) => {
      await using gateway = await startGateway({ ...env, GATEWAY_ISOLATES: isolates });
      for (let count = 0; count < 4; count++) {
        const response = await fetch(`${gateway.url}/embed`, postJpeg(CAT));
        assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "1"]);
        assert.equal((await response.json()).error.code, "upstream_unavailable");
      }
      const images = JSON.stringify({ images: [CAT.toBase64()] });
      const json = {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: images,
      };
      assert.equal(await status(fetch(`${gateway.url}/embed/base64`, json)), 503);
    }));
}

Deno.test("compose() embeds all the same where GATEWAY_SERVE_UNPROVEN says so, and is not ready", () =>
  withGolden(OTHER_EMBEDDING, async (env) => {
    await using gateway = await startGateway({ ...env, GATEWAY_SERVE_UNPROVEN: "on" });
    assert.equal(await status(fetch(`${gateway.url}/embed`, postJpeg(CAT))), 200);
    assert.equal(await status(fetch(`${gateway.url}/readyz`)), 503);
  }));
