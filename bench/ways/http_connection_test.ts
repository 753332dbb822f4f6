import assert from "node:assert/strict";
import { HttpConnection } from "./http_connection.ts";

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
