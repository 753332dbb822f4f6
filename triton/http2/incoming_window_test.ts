import assert from "node:assert/strict";
import { Http2Error } from "./error_code.ts";
import { IncomingWindow, OPENING_BYTES } from "./incoming_window.ts";

const MIB = 2 ** 20;

Deno.test("IncomingWindow has 16 MiB, and gives back what was received from half of it on", () => {
  assert.equal(OPENING_BYTES, 16 * MIB - 65_535);
  const window = new IncomingWindow();
  assert.equal(window.receive(8 * MIB - 1), 0);
  assert.equal(window.receive(2), 8 * MIB + 1);
  assert.equal(window.receive(8 * MIB - 1), 0);
});

Deno.test("IncomingWindow refuses more than it has", () => {
  assert.equal(new IncomingWindow().receive(16 * MIB), 16 * MIB);
  const window = new IncomingWindow();
  assert.throws(
    () => window.receive(16 * MIB + 1),
    (error) => error instanceof Http2Error && error.code === 3,
  );
});
