import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { AllowedHosts } from "./allowed_hosts.ts";
import { httpGet } from "./http_get.ts";

/** A connection whose other side says one thing, and what was said to it. */
function connection(answer: string): { readonly socket: Duplex; readonly said: string[] } {
  const said: string[] = [];
  const socket = new Duplex({
    read: () => {},
    write: (chunk, _, done) => {
      said.push(String(chunk));
      done();
      if (!said.join("").endsWith("\r\n\r\n")) return;
      socket.push(answer);
      socket.push(null);
    },
  });
  return { socket, said };
}

const target = (url: string) => new AllowedHosts(["*", "a.example:8443"]).target(url);

Deno.test("httpGet() asks for path and query, and names host and port as the address does", async () => {
  for (
    const [url, line, host] of [
      ["https://a.example/b?c=%20", "GET /b?c=%20 HTTP/1.1", "a.example"],
      ["https://a.example:443", "GET / HTTP/1.1", "a.example"],
      ["https://a.example:8443/?", "GET / HTTP/1.1", "a.example:8443"],
    ] as const
  ) {
    const { socket, said } = connection("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nab");
    const answer = await httpGet(target(url), socket);
    assert.equal(answer.statusCode, 200);
    assert.equal(await text(answer), "ab");
    socket.destroy();
    const head = said.join("").toLowerCase();
    assert.ok(head.startsWith(`${line.toLowerCase()}\r\n`), head);
    assert.ok(head.includes(`\r\nhost: ${host}\r\n`), head);
  }
});

for (
  const answer of [
    "",
    "HTTP/1.1 200",
    "HTTP/1.1 200 OK\r\n",
    `HTTP/1.1 200 OK\r\nx: ${"y".repeat(17_000)}\r\n\r\n`,
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    "220 mail.example ESMTP\r\n",
  ]
) {
  Deno.test(`httpGet() takes none of ${JSON.stringify(answer.slice(0, 60))}`, async () => {
    const { socket } = connection(answer);
    await assert.rejects(httpGet(target("https://a.example/"), socket));
    socket.destroy();
  });
}
