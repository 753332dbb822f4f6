import assert from "node:assert/strict";
import { rejectedBy } from "../../testing/thrown.ts";
import { Deadline } from "../work/deadline.ts";
import { readSmallBody } from "./small_body.ts";

const post = (body: BodyInit | null) => new Request("http://a", { method: "POST", body });

Deno.test("readSmallBody() reads a body of 4 KiB, and none", async () => {
  using deadline = new Deadline({ timeoutMs: 10_000 });
  assert.deepEqual(await readSmallBody(post("ab"), deadline), Uint8Array.of(0x61, 0x62));
  assert.equal((await readSmallBody(post(new Uint8Array(4096)), deadline)).length, 4096);
  assert.equal((await readSmallBody(post(null), deadline)).length, 0);
});

Deno.test("readSmallBody() stops at one byte more, however it comes", async () => {
  using deadline = new Deadline({ timeoutMs: 10_000 });
  let isCancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel: () => void (isCancelled = true),
  });
  for (const body of [new Uint8Array(4097), endless]) {
    const { code, message } = await rejectedBy(readSmallBody(post(body), deadline));
    assert.deepEqual([code, /≤ 4096/.test(message)], ["body_too_large", true]);
  }
  assert.ok(isCancelled);
});

Deno.test("readSmallBody() waits no longer than the deadline for a body that does not end", async () => {
  using deadline = new Deadline({ timeoutMs: 1 });
  let isCancelled = false;
  const silent = new ReadableStream({ cancel: () => void (isCancelled = true) });
  const error = await rejectedBy(readSmallBody(post(silent), deadline));
  assert.deepEqual([error.code, isCancelled], ["deadline_exceeded", true]);
});
