import assert from "node:assert/strict";
import { createSecureContext } from "node:tls";
import { text } from "node:stream/consumers";
import { startImageHost } from "../../testing/remote/image_host.ts";
import { until } from "../../testing/until.ts";
import type { Network } from "./image_fetcher.ts";
import { connectTls } from "./tls_socket.ts";

const NONE = createSecureContext({ ca: [] });
const rootsOf = ({ roots }: Network) => createSecureContext({ ca: [...roots] });
const NEVER = new AbortController().signal;
const REQUEST = "GET / HTTP/1.1\r\n\r\n";

Deno.test("connectTls() connects to an address, and sends and reads for a name", async () => {
  const long = "x".repeat(300_000);
  await using host = await startImageHost((_, connection) => connection.send(long));
  const { network, port } = host;
  const peer = { address: "127.0.0.1", port, host: "a.photos.example", roots: rootsOf(network) };
  const socket = await connectTls(peer, NEVER);
  socket.write(REQUEST);
  assert.equal(await text(socket), long);
  socket.destroy();
});

Deno.test("connectTls() wants a certificate of that name, and of an authority that it knows", async () => {
  await using host = await startImageHost(() => Promise.resolve());
  const { network, port } = host;
  const peer = { address: "127.0.0.1", port, host: "photos.example", roots: rootsOf(network) };
  for (
    const [other, message] of [
      [{ host: "other.example" }, /does not match certificate/],
      [{ roots: NONE }, /self-signed certificate/],
      [{ host: "a..b" }, /does not match certificate/],
    ] as const
  ) await assert.rejects(connectTls({ ...peer, ...other }, NEVER), { message });
  await until("no connection is left", () => host.open === 0);
});

Deno.test("connectTls() says so when nobody listens", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const peer = { address: "127.0.0.1", port, host: "photos.example", roots: NONE };
  await assert.rejects(connectTls(peer, NEVER), Deno.errors.ConnectionRefused);
});

Deno.test("connectTls() ends when its signal does, while nobody greets it", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const stop = new AbortController();
  const peer = { address: "127.0.0.1", port, host: "photos.example", roots: NONE };
  const connecting = assert.rejects(connectTls(peer, stop.signal));
  using silent = await listener.accept();
  stop.abort();
  await connecting;
  const hello = new Uint8Array(4096);
  while (await silent.read(hello).catch(() => null) !== null);
  await assert.rejects(connectTls(peer, stop.signal));
});

Deno.test("connectTls() gives a connection that its signal ends later, too", async () => {
  await using host = await startImageHost((_, connection) => connection.closed());
  const { network, port } = host;
  const stop = new AbortController();
  const peer = { address: "127.0.0.1", port, host: "photos.example", roots: rootsOf(network) };
  const socket = await connectTls(peer, stop.signal);
  stop.abort();
  assert.equal(socket.destroyed, true);
  await until("no connection is left", () => host.open === 0);
});
