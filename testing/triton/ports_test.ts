import assert from "node:assert/strict";
import { pickPorts, waitUntilOpen } from "./ports.ts";

Deno.test("pickPorts() keeps ports that were named and finds free ones for the rest", () => {
  const ports = pickPorts({ grpc: 8001, http: 0 });
  assert.equal(ports.grpc, 8001);
  assert.equal(new Set(Object.values(ports)).size, 3);
  for (const port of [ports.http, ports.metrics]) {
    assert(port > 0);
    Deno.listen({ hostname: "127.0.0.1", port }).close();
  }
});

Deno.test("waitUntilOpen() waits for every port, or for the signal", async () => {
  const ports = pickPorts({});
  const controller = new AbortController();
  const listeners = [ports.http, ports.grpc].map((port) =>
    Deno.listen({ hostname: "127.0.0.1", port })
  );
  let isDone = false;
  const waiting = waitUntilOpen(ports, controller.signal).then(() => isDone = true);
  await Promise.all(listeners.map(async (listener) => (await listener.accept()).close()));
  assert(!isDone);
  listeners.push(Deno.listen({ hostname: "127.0.0.1", port: ports.metrics }));
  await waiting;
  for (const listener of listeners) listener.close();

  const given = waitUntilOpen(ports, controller.signal);
  controller.abort();
  await given;
});
