import assert from "node:assert/strict";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import type { ServiceImpl } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { GRPCInferenceService } from "../proto/gen/inference_pb.ts";
import { TritonClient } from "./client.ts";
import { TritonError, type TritonErrorKind } from "./errors.ts";
import type { InferRequest } from "./infer.ts";
import { TritonTransport } from "./transport.ts";

type Service = Partial<ServiceImpl<typeof GRPCInferenceService>>;

const LIMITS = { timeoutMs: 5000 };

/** A gRPC server on loopback. */
class Server implements AsyncDisposable {
  /** Connections ever made. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: http2.Http2Server;

  constructor(service: Service) {
    const routes = connectNodeAdapter({
      routes: (router) => void router.service(GRPCInferenceService, service),
    });
    this.#server = http2.createServer(routes);
    this.#server.on("connection", (socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** Listens on a free port unless told which; the URL. */
  async listen(port = 0): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(port, "127.0.0.1", resolve);
    await promise;
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Drops every connection, as a killed process does. */
  drop(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.drop();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#server.close(resolve);
    await promise;
  }
}

async function fails(call: Promise<unknown>, kind: TritonErrorKind): Promise<TritonError> {
  const error = await call.then(() => undefined, (thrown) => thrown);
  assert(error instanceof TritonError, `${error}`);
  assert.equal(error.kind, kind);
  return error;
}

function request(byteLength: number): InferRequest {
  const bytes = new Uint8Array(byteLength).map((_, index) => index % 251);
  return {
    model: "m",
    inputs: [{ name: "image", datatype: "UINT8", shape: [byteLength], bytes }],
    outputs: [{ name: "image", datatype: "UINT8", shape: [byteLength] }],
  };
}

/** Sends the input back. */
const ECHO: Service = {
  modelInfer: ({ inputs, rawInputContents }) => ({
    outputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    rawOutputContents: rawInputContents,
  }),
};

Deno.test("TritonTransport sends a call's metadata, and none of another call's", async () => {
  const seen: (string | null)[][] = [];
  await using server = new Server({
    modelInfer: (request, context) => {
      const { requestHeader } = context;
      seen.push(["traceparent", "tracestate", "te"].map((name) => requestHeader.get(name)));
      return ECHO.modelInfer?.(request, context) ?? {};
    },
  });
  using transport = new TritonTransport({ url: await server.listen() });
  const client = new TritonClient(transport);
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const metadata = { traceparent, tracestate: "a=1", te: "nothing" };
  await client.infer(request(1), { ...LIMITS, metadata });
  await client.infer(request(1), LIMITS);
  assert.deepEqual(seen, [[traceparent, "a=1", "trailers"], [null, null, "trailers"]]);
});

Deno.test("TritonTransport carries tensors over one connection", async () => {
  await using server = new Server(ECHO);
  using transport = new TritonTransport({ url: await server.listen() });
  const client = new TritonClient(transport);
  for (const byteLength of [1, 70_000, 602_112]) {
    const [tensor] = await client.infer(request(byteLength), LIMITS);
    assert.deepEqual(tensor?.data, new Uint8Array(byteLength).map((_, index) => index % 251));
  }
  assert.equal(server.connections, 1);
});

Deno.test("TritonTransport refuses requests and replies that are too long", async () => {
  await using server = new Server(ECHO);
  const url = await server.listen();
  using narrow = new TritonTransport({ url, requestBytesMax: 1000 });
  await fails(new TritonClient(narrow).infer(request(1000), LIMITS), "our_fault");
  using deaf = new TritonTransport({ url, replyBytesMax: 1000 });
  await fails(new TritonClient(deaf).infer(request(1000), LIMITS), "bad_reply");
});

Deno.test("TritonTransport reports a server that is not there as gone, and finds it later", async () => {
  const gone = new Server({});
  const url = await gone.listen();
  await gone[Symbol.asyncDispose]();
  using transport = new TritonTransport({ url });
  const client = new TritonClient(transport);
  const error = await fails(client.modelReady("m", LIMITS), "gone");
  assert.equal(error.wasProcessed, "no");
  await using late = new Server({ modelReady: () => ({ ready: true }) });
  await late.listen(Number(new URL(url).port));
  assert(await client.modelReady("m", LIMITS));
});

Deno.test("TritonTransport survives a broken connection and opens another", async () => {
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  await using server = new Server({
    modelReady: () => ({ ready: true }),
    serverReady: async (_, { signal }) => {
      arrive();
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason));
      return await promise;
    },
  });
  using transport = new TritonTransport({ url: await server.listen() });
  const client = new TritonClient(transport);
  assert(await client.modelReady("m", LIMITS));
  const call = fails(client.ready(LIMITS), "gone");
  await arrived;
  server.drop();
  assert.equal((await call).wasProcessed, "unknown");
  assert(await client.modelReady("m", LIMITS));
  assert.equal(server.connections, 2);
});

Deno.test("TritonTransport takes a connection for dead after timeouts in a row, and lets its calls end", async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  await using server = new Server({
    modelReady: () => ({ ready: true }),
    serverReady: async () => {
      await answered;
      return { ready: true };
    },
  });
  using transport = new TritonTransport({ url: await server.listen(), timeoutsMax: 2 });
  const client = new TritonClient(transport);
  const slow = client.ready(LIMITS);
  for (let call = 0; call < 2; call++) await fails(client.ready({ timeoutMs: 20 }), "deadline");
  assert.equal(server.connections, 1);
  assert(await client.modelReady("m", LIMITS));
  assert.equal(server.connections, 2);
  answer();
  assert(await slow);
});
