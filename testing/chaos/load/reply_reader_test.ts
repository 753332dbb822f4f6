import assert from "node:assert/strict";
import fc from "../../fast_check.ts";
import { ReplyReader } from "./reply_reader.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const REPLY = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 5\r\nx: y\r\n\r\nhello";

Deno.test("ReplyReader reads status, body and what becomes of the connection", () => {
  const reply = new ReplyReader().take(bytesOf(REPLY));
  assert.equal(reply?.status, 429);
  assert.equal(reply?.isLast, false);
  assert.equal(new TextDecoder().decode(reply?.body), "hello");
  const last = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
  assert.equal(new ReplyReader().take(bytesOf(last))?.isLast, true);
});

Deno.test("ReplyReader reads a reply however it is cut, and the next one after it", () => {
  const all = bytesOf(REPLY);
  fc.assert(fc.property(fc.array(fc.nat(all.length)), (cuts) => {
    const reader = new ReplyReader();
    for (let round = 0; round < 2; round++) {
      const ends = [...cuts.toSorted((a, b) => a - b), all.length];
      let from = 0;
      let reply;
      for (const end of ends) {
        if (end === from) continue;
        assert.equal(reply, undefined);
        reply = reader.take(all.subarray(from, end));
        assert.equal(reader.isInside, end < all.length);
        from = end;
      }
      assert.equal(reply?.status, 429);
      assert.equal(new TextDecoder().decode(reply?.body), "hello");
    }
  }));
});

for (
  const [what, text] of [
    ["no HTTP", "SSH-2.0-OpenSSH\r\n\r\n"],
    ["no length", "HTTP/1.1 200 OK\r\n\r\n"],
    ["chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["an interim reply", "HTTP/1.1 100 Continue\r\n\r\n"],
    ["more than a reply", `${REPLY}HTTP/1.1`],
    ["a head without end", "HTTP/1.1 200 OK\r\n".padEnd(20_000, "x")],
  ] as const
) {
  Deno.test(`ReplyReader refuses ${what}`, () => {
    assert.throws(() => new ReplyReader().take(bytesOf(text)), /^TypeError: Cannot read/);
  });
}
