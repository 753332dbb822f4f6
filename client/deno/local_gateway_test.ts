import assert from "node:assert/strict";
import { EmbeddingClient } from "../embedding_client.ts";
import { testFile } from "../../testing/harness.ts";
import { startLocalGateway } from "./local_gateway.ts";

const ENV = { GATEWAY_ISOLATES: "1", GATEWAY_MODEL_THREADS: "1", GATEWAY_DECODE_WORKERS: "1" };
const CAT = await testFile("photos/cat.jpg");

Deno.test("startLocalGateway() embeds for who has its key, and for nobody else", async () => {
  await using gateway = await startLocalGateway(ENV);
  assert.match(gateway.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const { vector } = await new EmbeddingClient(gateway).embed(CAT.slice());
  assert.equal(vector.length, 512);
  const own = new EmbeddingClient({ mode: "local", local: () => startLocalGateway(ENV) });
  assert.deepEqual((await own.embed(CAT.slice())).vector, vector);
  await own.close();
  const stranger = new EmbeddingClient({ url: gateway.url }).embed(CAT.slice());
  await assert.rejects(stranger, { code: "unauthorized" });
});

Deno.test("startLocalGateway() says which setting is wrong", async () => {
  await assert.rejects(startLocalGateway({ GATEWAY_SLOTS: "many" }), /GATEWAY_SLOTS/);
});
