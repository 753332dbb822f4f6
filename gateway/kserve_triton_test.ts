/** The same requests to a real Triton and to a gateway in front of it: whoever talks to the one may talk to the other. */
import assert from "node:assert/strict";
import { GatewayOnTriton } from "../testing/gateway_on_triton.ts";
import {
  binaryInput,
  elementsBody,
  type KserveBody,
  kserveBody,
  kserveReply,
} from "../testing/kserve_bodies.ts";
import { makeInputs } from "../testing/real_triton.ts";

const INFER = "/v2/models/dct_512/infer";
const start = (env: Readonly<Record<string, string>> = {}) =>
  GatewayOnTriton.start({
    models: [{ source: "dct_512" }],
    env: { GATEWAY_TENSOR_INPUT: "on", ...env },
  });

function tensors(count: number, rest: Record<string, unknown>, seed = 1): KserveBody {
  const tail = makeInputs(seed, count);
  const shape = [count, 3, 224, 224];
  const input = binaryInput("image", { datatype: "FP32", shape, size: tail.length });
  return kserveBody({ inputs: [input], ...rest }, tail);
}

/** Asks both for the same: Triton's reply, then the gateway's. */
type AskBoth = (path: string, init?: RequestInit) => Promise<[Response, Response]>;

function askBoth(pair: GatewayOnTriton, client: Deno.HttpClient): AskBoth {
  const { triton, gateway } = pair;
  const ask = (url: string, path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { client, ...init });
  return (path, init) =>
    Promise.all([ask(triton.process.httpUrl, path, init), ask(gateway.url, path, init)]);
}

async function jsonOf(replies: readonly [Response, Response]) {
  return await Promise.all([replies[0].json(), replies[1].json()]);
}

const BINARY = { parameters: { binary_data_output: true } };
const NAMED = (binary_data: boolean) => [{ name: "embedding", parameters: { binary_data } }];

async function testInference(t: Deno.TestContext, both: AskBoth): Promise<void> {
  for (
    const [what, body] of [
      ["one, binary both ways", tensors(1, { id: "7", ...BINARY })],
      ["three", tensors(3, BINARY)],
      ["32", tensors(32, BINARY)],
      ["an output by its name", tensors(1, { outputs: NAMED(true) })],
      ["an output otherwise than the request", tensors(1, { outputs: NAMED(false), ...BINARY })],
      ["a reply in JSON", tensors(2, {})],
      ["others' parameters", tensors(1, { parameters: { sequence_id: 3, custom: "x" } })],
    ] as const
  ) {
    await t.step(`embeddings, to the bit: ${what}`, async () => {
      const responses = await both(INFER, { method: "POST", ...body });
      for (const name of ["content-type", "inference-header-content-length"]) {
        const [triton, gateway] = responses.map(({ headers }) => headers.get(name));
        assert.equal(gateway, triton, name);
      }
      const replies = await Promise.all(responses.map(kserveReply));
      for (const { json: { outputs: [output] } } of replies) {
        // Triton writes as many digits as float64 has.
        if (output.data !== undefined) output.data = [...Float32Array.from(output.data)];
      }
      const [triton, gateway] = replies;
      assert.deepEqual(gateway, triton);
    });
  }
}

async function testMetadata(t: Deno.TestContext, both: AskBoth): Promise<void> {
  for (const path of ["/v2/models/dct_512", "/v2/models/dct_512/versions/1"]) {
    await t.step(`metadata of ${path}, field by field`, async () => {
      const [triton, gateway] = await jsonOf(await both(path));
      assert.deepEqual(gateway, triton);
    });
  }
  await t.step("a configuration, as far as clients look at it", async () => {
    const [triton, gateway] = await jsonOf(await both("/v2/models/dct_512/config"));
    for (const field of ["name", "platform", "backend", "max_batch_size"]) {
      assert.equal(gateway[field], triton[field], field);
    }
    for (const field of ["input", "output"]) {
      const [{ name, data_type, dims }] = triton[field];
      assert.deepEqual(gateway[field], [{ name, data_type, dims }]);
    }
  });
  await t.step("a list of models, and embed behind them", async () => {
    const [triton, gateway] = await jsonOf(await both("/v2/repository/index", { method: "POST" }));
    assert.deepEqual(gateway, [...triton, { name: "embed", version: "1", state: "READY" }]);
  });
  await t.step("the names of a server's fields", async () => {
    const [triton, gateway] = await jsonOf(await both("/v2"));
    assert.deepEqual(Object.keys(gateway), Object.keys(triton));
  });
}

async function testProbes(t: Deno.TestContext, both: AskBoth): Promise<void> {
  const model = "/v2/models/dct_512";
  for (
    const path of [
      ...["/v2/health/live", "/v2/health/ready", `${model}/ready`, `${model}/versions/1/ready`],
    ]
  ) {
    await t.step(`${path}, which says nothing but its status`, async () => {
      const [triton, gateway] = await Promise.all(
        (await both(path)).map(async (reply) => [reply.status, await reply.text()]),
      );
      assert.deepEqual(gateway, triton);
    });
  }
}

async function testErrors(t: Deno.TestContext, both: AskBoth): Promise<void> {
  const split = (length: string) => ({ "inference-header-content-length": length });
  for (
    const [what, path, body] of [
      ["an unknown model", "/v2/models/nope/infer", tensors(1, {})],
      ["an unknown output", INFER, tensors(1, { outputs: [{ name: "nope" }] })],
      ["33 inputs", INFER, tensors(33, {})],
      ["a negative length", INFER, { ...tensors(1, {}), headers: split("-4") }],
      ["a length beyond the body", INFER, { ...tensors(1, {}), headers: split("9999999") }],
    ] as const
  ) {
    await t.step(`the client's error for ${what}, as a text`, async () => {
      for (const response of await both(path, { method: "POST", ...body })) {
        assert.ok(response.status >= 400 && response.status < 500, String(response.status));
        assert.equal(typeof (await response.json()).error, "string");
      }
    });
  }
}

Deno.test("a client of Triton finds the same at a gateway that takes tensors", async (t) => {
  // Asked for no version, Triton chooses one and the gateway does not know which.
  await using pair = await start({ GATEWAY_MODEL: "dct_512:1" });
  // A connection kept alive would hold up Triton's end.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const both = askBoth(pair, client);
  await testInference(t, both);
  await testMetadata(t, both);
  await testProbes(t, both);
  await testErrors(t, both);
});

for (const memory of ["on", "off"]) {
  Deno.test(`a photo and its tensor share a Triton, with shared memory ${memory}`, async () => {
    await using pair = await start({ GATEWAY_TRITON_SHM: memory, GATEWAY_CACHE_BYTES: "16777216" });
    const post = async (body: KserveBody) => {
      const response = await fetch(`${pair.gateway.url}${INFER}`, { method: "POST", ...body });
      assert.equal(response.status, 200, await response.clone().text());
      return (await kserveReply(response)).tail;
    };
    const parameters = { binary_data_output: true };
    const photo = await post(elementsBody("image", pair.photo));
    const alone = await Promise.all(
      [1, 2, 3].map((seed) => post(tensors(1, { parameters }, seed))),
    );
    assert.equal(new Set(alone).size, 3);
    const mixed = await Promise.all([
      ...[1, 2, 3].map((seed) => post(tensors(1, { parameters }, seed))),
      post(elementsBody("image", pair.photo)),
    ]);
    assert.deepEqual(mixed, [...alone, photo]);
    await pair.untilIdle();
  });
}
