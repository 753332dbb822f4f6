import assert from "node:assert/strict";
import { startGateway } from "../../testing/harness.ts";
import { towerRepository, TOWERS } from "../../testing/towers/tower_repository.ts";
import { openSource, type SourceOptions } from "./source.ts";

const ENV = { GATEWAY_ISOLATES: "1", GATEWAY_MODEL_THREADS: "1", GATEWAY_DECODE_WORKERS: "1" };
const DEAD = "http://127.0.0.1:1";

async function open(options: Partial<SourceOptions>) {
  const said: string[] = [];
  const source = await openSource(
    { mode: "auto", env: ENV, ...options },
    (sentence) => said.push(sentence),
  );
  await source[Symbol.asyncDispose]();
  const { madeBy, isLocal, model, textModel, embedder } = source;
  return { madeBy, isLocal, model, textModel, dim: embedder.dim, said };
}

Deno.test("openSource() asks a gateway for its models, those of words included", async () => {
  await using repository = await towerRepository();
  await using gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text].join(),
  });
  for (const mode of ["remote", "auto"] as const) {
    const { madeBy, isLocal, model, textModel, said } = await open({ mode, url: gateway.url });
    assert.deepEqual([madeBy, isLocal, said], [gateway.url, false, []]);
    assert.deepEqual([model, textModel], [TOWERS.image, TOWERS.text]);
  }
  await assert.rejects(
    open({ url: gateway.url, model: "nope" }),
    /serves no model nope of photos: there are /,
  );
  await assert.rejects(open({ url: gateway.url, model: TOWERS.text }), /serves no model/);
});

Deno.test("openSource() embeds here where that is asked for, or no gateway is there", async () => {
  const local = await open({ mode: "local", url: DEAD });
  assert.deepEqual(local, {
    madeBy: "local",
    isLocal: true,
    model: "dct_512",
    textModel: undefined,
    dim: 512,
    said: [],
  });
  const fallen = await open({ mode: "auto", url: DEAD });
  assert.equal(fallen.isLocal, true);
  assert.match(fallen.said[0] ?? "", /^Cannot reach .*; embedding here instead$/);
});

Deno.test("openSource() does not embed here where a gateway alone is asked for, or refuses the key", async () => {
  await assert.rejects(open({ mode: "remote", url: DEAD }), { code: "unreachable" });
  await using gateway = await startGateway({ GATEWAY_API_KEYS: "a-key-of-test-0123456" });
  await assert.rejects(open({ mode: "auto", url: gateway.url }), { code: "unauthorized" });
});
