/** Connect's own clients against a gateway that listens. */
import assert from "node:assert/strict";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { GRPCInferenceService } from "../../../proto/gen/inference_pb.ts";
import { startGateway, testFile } from "../../../testing/harness.ts";
import { bytesTensor } from "../../../testing/kserve_bodies.ts";
import { bits, json } from "../../../testing/towers/replies.ts";

const CAT = await testFile("photos/cat.jpg");
const KEY = "a-key-of-test-0123456";
const AUTHORIZATION = { headers: { authorization: `Bearer ${KEY}` } };

const image = (...elements: (Uint8Array | string)[]) => ({
  inputs: [{ name: "image", datatype: "BYTES", shape: [BigInt(elements.length)] }],
  rawInputContents: [bytesTensor(...elements)],
});

async function refused(call: Promise<unknown>): Promise<ConnectError> {
  const error = await call.then(() => undefined, (thrown) => thrown);
  assert.ok(error instanceof ConnectError, String(error));
  return error;
}

const TRANSPORTS: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  "Connect in JSON": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
  "Connect in binary": (baseUrl) =>
    createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: true }),
  "gRPC-Web": (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
};

for (const [name, transportOf] of Object.entries(TRANSPORTS)) {
  Deno.test(`kserveRpc embeds by ${name} as /embed does, and its errors are the client's own`, async () => {
    await using gateway = await startGateway({ GATEWAY_API_KEYS: KEY, GATEWAY_TENSOR_INPUT: "on" });
    const response = await fetch(
      `${gateway.url}/embed`,
      json({ image: CAT.toBase64() }, AUTHORIZATION.headers),
    );
    const photo = bits((await response.json()).embedding);
    const client = createClient(GRPCInferenceService, transportOf(gateway.url));

    assert.equal((await client.serverLive({}, AUTHORIZATION)).live, true);
    assert.equal((await client.serverReady({}, AUTHORIZATION)).ready, true);
    assert.match((await client.serverMetadata({}, AUTHORIZATION)).name, /gateway/);
    const ready = async (name: string, version = "") =>
      (await client.modelReady({ name, version }, AUTHORIZATION)).ready;
    assert.deepEqual([await ready("embed"), await ready("dct_512", "1"), await ready("nope")], [
      ...[true, true],
      false,
    ]);
    const metadata = await client.modelMetadata({ name: "dct_512" }, AUTHORIZATION);
    assert.deepEqual([metadata.versions, metadata.inputs[0]?.shape], [["1"], [
      -1n,
      3n,
      224n,
      224n,
    ]]);

    for (const modelName of ["embed", "dct_512"]) {
      const request = { modelName, id: "7", ...image(CAT, CAT) };
      const reply = await client.modelInfer(request, AUTHORIZATION);
      assert.deepEqual(reply.rawOutputContents.map((bytes) => bytes.toHex()), [photo + photo]);
      assert.deepEqual([reply.id, reply.modelName, reply.modelVersion], ["7", "dct_512", "1"]);
      assert.deepEqual(reply.outputs[0]?.shape, [2n, 512n]);
    }

    for (
      const [request, headers, code, message] of [
        [{ modelName: "nope", ...image(CAT) }, AUTHORIZATION, Code.NotFound, /Cannot find model/],
        [
          { modelName: "embed", ...image(CAT, CAT.subarray(0, 500)) },
          AUTHORIZATION,
          Code.InvalidArgument,
          /Element 1: Cannot decode image: the JPEG is truncated$/,
        ],
        [{ modelName: "embed" }, AUTHORIZATION, Code.InvalidArgument, /one input.*: it has 0$/],
        [{ modelName: "embed", ...image(CAT) }, {}, Code.Unauthenticated, /API key/],
      ] as const
    ) {
      const error = await refused(client.modelInfer(request, headers));
      assert.equal(error.code, code);
      assert.match(error.rawMessage, message);
    }
    const unknown = await refused(client.modelMetadata({ name: "nope" }, AUTHORIZATION));
    assert.equal(unknown.code, Code.NotFound);
  });
}

Deno.test("kserveRpc tells clients of gRPC itself where they are served", async () => {
  await using gateway = await startGateway();
  const sessionManager = new Http2SessionManager(gateway.url);
  // Before the gateway, which would wait for the connection while the test already ends.
  using _session = { [Symbol.dispose]: () => sessionManager.abort() };
  const transport = createGrpcTransport({ baseUrl: gateway.url, sessionManager });
  const client = createClient(GRPCInferenceService, transport);
  for (
    const call of [client.serverLive({}), client.modelInfer({ modelName: "embed", ...image(CAT) })]
  ) {
    const error = await refused(call);
    assert.equal(error.code, Code.Unimplemented);
    assert.match(
      error.rawMessage,
      /for gRPC itself there is the same protocol over HTTP, at \/v2$/,
    );
  }
});
