import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { GatheredWrites } from "./gathered_writes.ts";

/** A server on a free port, and its URL. */
async function listen(host: string): Promise<{ server: Server; url: URL }> {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, url: new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`) };
}

async function read(socket: Socket, byteLength: number): Promise<string> {
  let text = "";
  while (text.length < byteLength) text += String((await once(socket, "data"))[0]);
  return text;
}

for (const host of ["127.0.0.1", "::1"]) {
  const name = `GatheredWrites holds writes back until the turn ends, at ${host}`;
  // A container may be without IPv6.
  const ignore = Deno.networkInterfaces().every(({ address }) => address !== host);
  Deno.test({ name, ignore }, async () => {
    const { server, url } = await listen(host);
    const writes = new GatheredWrites();
    // There is nothing to hold back yet.
    writes.gather();
    const socket = writes.connect(url);
    const [[accepted]] = await Promise.all([once(server, "connection"), once(socket, "connect")]);
    const received = read(accepted, 6);
    for (const text of ["ab", "cd", "ef"]) {
      writes.gather();
      socket.write(text);
    }
    assert.equal(socket.writableLength, 6);
    assert.equal(await received, "abcdef");
    assert.equal(socket.writableLength, 0);
    // Without another gather() nothing is held back.
    socket.write("gh");
    assert.equal(socket.writableCorked, 0);
    assert.equal(await read(accepted, 2), "gh");
    socket.destroy();
    accepted.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
}

Deno.test("GatheredWrites lets go of a connection that was lost in mid-turn", async () => {
  const { server, url } = await listen("127.0.0.1");
  const writes = new GatheredWrites();
  const lost = writes.connect(url);
  await once(lost, "connect");
  writes.gather();
  lost.destroy();
  const socket = writes.connect(url);
  await once(socket, "connect");
  assert.equal(socket.writableCorked, 0);
  socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});
