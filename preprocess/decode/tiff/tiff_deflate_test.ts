import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { DeflateReader } from "./tiff_deflate.ts";

Deno.test("DeflateReader reads a stream row by row, and no further than it goes", () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at * at % 251);
  const reader = new DeflateReader(deflateSync(bytes));
  const out = new Uint8Array(1000);
  for (let at = 0; at < 1000; at += 50) reader.read(out.subarray(at, at + 50));
  assert.deepEqual(out, bytes);
  assert.throws(() => reader.read(new Uint8Array(1)), /Cannot unpack all of a strip/);
  reader.close();
});
