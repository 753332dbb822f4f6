import assert from "node:assert/strict";
import { HttpConnection, HttpConnections } from "./http_connection.ts";

/** Serves one connection that answers every chunk it reads with the next of these pieces. */
async function withReplies(
  pieces: readonly string[],
  test: (connection: HttpConnection) => Promise<void>,
): Promise<void> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(1024));
    for (const piece of pieces) {
      await connection.write(new TextEncoder().encode(piece));
      // Pieces are to arrive one by one.
      await new Promise((resolve) => setTimeout(resolve));
    }
  })();
  {
    using connection = await HttpConnection.connect(`http://127.0.0.1:${listener.addr.port}`);
    await test(connection);
  }
  await served;
}

const REQUEST = new TextEncoder().encode("POST / HTTP/1.1\r\n\r\n");

Deno.test("HttpConnection reads a reply that comes in pieces, to its declared end", async () => {
  const pieces = ["HTTP/1.1 200 OK\r\nContent-Length: ", "5\r\n\r", "\nab", "cde"];
  await withReplies(pieces, async (connection) => {
    const { status, body } = await connection.exchange(REQUEST);
    assert.equal(status, 200);
    assert.equal(new TextDecoder().decode(body), "abcde");
  });
});

for (
  const [what, pieces] of [
    ["that breaks off", ["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"]],
    ["without a length", ["HTTP/1.1 200 OK\r\n\r\n"]],
  ] as const
) {
  Deno.test(`HttpConnection takes no reply ${what}`, async () => {
    await withReplies(pieces, async (connection) => {
      await assert.rejects(connection.exchange(REQUEST), /Cannot read reply/);
    });
  });
}

Deno.test("HttpConnections uses no connection again that a reply closed", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heads = ["connection: close\r\n", "", ""];
  const served = (async () => {
    let opened = 0;
    while (heads.length > 0) {
      using connection = await listener.accept();
      opened++;
      let head: string | undefined = "";
      while (head === "" && heads.length > 0) {
        await connection.read(new Uint8Array(1024));
        head = heads.shift();
        const reply = `HTTP/1.1 200 OK\r\n${head}content-length: 0\r\n\r\n`;
        await connection.write(new TextEncoder().encode(reply));
      }
    }
    return opened;
  })();
  using connections = new HttpConnections(`http://127.0.0.1:${listener.addr.port}`);
  for (let request = 0; request < 3; request++) {
    assert.equal(await connections.exchange(REQUEST, ({ status }) => status), 200);
  }
  assert.equal(await served, 2);
});
