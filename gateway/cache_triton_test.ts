import assert from "node:assert/strict";
import { GatewayOnTriton, SCRIPTED } from "../testing/gateway_on_triton.ts";
import { eventually } from "../testing/real_triton.ts";

const MODEL = "dct_512";
/** Scripts make the model another one, on purpose. */
const CACHED = { env: { GATEWAY_CACHE_BYTES: "1048576", GATEWAY_SERVE_UNPROVEN: "on" } };

const hits = async ({ gateway }: GatewayOnTriton) =>
  (await gateway.metrics()).get('gateway_cache_lookups_total{model="dct_512",result="hit"}') ?? 0;

/** Embeds the sample photo until it comes from the cache. */
async function untilCached(pair: GatewayOnTriton): Promise<readonly number[]> {
  let embedding: readonly number[] | undefined;
  await eventually("the photo is cached", async () => {
    embedding = (await pair.embed()).embedding;
    return await hits(pair) > 0;
  });
  return embedding ?? assert.fail("no embedding");
}

const clearings = ({ gateway }: GatewayOnTriton) =>
  gateway.log.filter(({ message }) => String(message).startsWith("cache cleared")).length;

Deno.test("a repeated photo is inferred once through Triton, with the same bits", async () => {
  await using pair = await GatewayOnTriton.start(CACHED);
  const { embedding } = await pair.embed();
  const cached = await untilCached(pair);
  const begun = await pair.triton.repository.batchesBegun(MODEL);
  for (let repeat = 0; repeat < 5; repeat++) {
    assert.deepEqual((await pair.embed()).embedding, embedding);
  }
  assert.deepEqual(cached, embedding);
  assert.equal(await pair.triton.repository.batchesBegun(MODEL), begun);
  await pair.untilIdle();
});

Deno.test("a model loaded again behind the gateway's back ends the cache's life", async () => {
  await using pair = await GatewayOnTriton.start(CACHED);
  const { repository } = pair.triton;
  const before = await untilCached(pair);
  // The loaded model gives another embedding now, but the gateway asks it no more.
  await repository.setScript(MODEL, { reply: "fingerprint" });
  assert.deepEqual((await pair.embed()).embedding, before);
  assert.equal(clearings(pair), 0);
  await repository.write(SCRIPTED);
  await pair.triton.loadModel(MODEL);
  let after: readonly number[] | undefined;
  await eventually("the new model answers", async () => {
    after = (await pair.embed()).embedding;
    return clearings(pair) === 1;
  });
  assert.notDeepEqual(after, before);
  assert.notDeepEqual((await pair.embed()).embedding, before);
});

Deno.test("a Triton that was started again finds the cache empty", async () => {
  await using pair = await GatewayOnTriton.start(CACHED);
  await untilCached(pair);
  await pair.triton.process.stop("SIGKILL");
  await eventually("the gateway notices", async () => (await pair.embed()).status === 503);
  await pair.triton.repository.setScript(MODEL, { reply: "fingerprint" });
  await pair.triton.process.start();
  await pair.untilServing();
  await eventually("the cache is empty", async () => {
    await pair.embed();
    return clearings(pair) === 1;
  });
  await pair.untilIdle();
});
