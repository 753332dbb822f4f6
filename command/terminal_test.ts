import assert from "node:assert/strict";
import { counted, megabytes, printable, timeLeft } from "./terminal.ts";

Deno.test("timeLeft() says seconds, minutes and hours", () => {
  assert.equal(timeLeft(0, 10, 100), "");
  assert.equal(timeLeft(5, 10, 5000), "5 s left");
  assert.equal(timeLeft(1, 301, 1000), "5 min left");
  assert.equal(timeLeft(1, 9001, 1000), "2.5 h left");
});

Deno.test("counted() and megabytes() say numbers as people do", () => {
  assert.deepEqual([counted(1, "photo"), counted(50_000, "photo")], ["1 photo", "50,000 photos"]);
  assert.deepEqual([26_400, 1_250_000, 25_000_000].map(megabytes), ["27 kB", "1.3 MB", "25 MB"]);
});

Deno.test("printable() leaves nothing in a path that steers a terminal", () => {
  assert.equal(printable("a\x1b[2Jb\n\u202egpj.jpg"), "a\ufffd[2Jb\ufffd\ufffdgpj.jpg");
});
