import assert from "node:assert/strict";
import { writeAscii } from "./ascii_text.ts";

Deno.test("writeAscii() writes ASCII from an offset on, as UTF-8 has it", () => {
  const target = new Uint8Array(8);
  assert.equal(writeAscii('a"}\x7f', target, 2), 6);
  assert.deepEqual([...target], [0, 0, ...new TextEncoder().encode('a"}\x7f'), 0, 0]);
  assert.equal(writeAscii("", target, 8), 8);
});

Deno.test("writeAscii() leaves what is not ASCII to an encoder", () => {
  for (const text of ["\x80", "ü", "ab€", "😀"]) {
    assert.equal(writeAscii(text, new Uint8Array(8), 0), undefined, text);
  }
});
