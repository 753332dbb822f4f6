import assert from "node:assert/strict";
import { EmbeddingError, replyError } from "./embedding_error.ts";

const reply = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });

Deno.test("replyError() gives the gateway's code, message and request id", async () => {
  const body = { error: { code: "invalid_image", message: "It is cut off", request_id: "r1" } };
  const error = await replyError(reply(422, body));
  assert.deepEqual(
    [error.code, error.message, error.status, error.requestId, error.isRetryable],
    ["invalid_image", "It is cut off", 422, "r1", false],
  );
});

for (
  const [headers, milliseconds] of [
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "1", "retry-after-ms": "250" }, 250],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, undefined],
    [{}, undefined],
  ] as const
) {
  Deno.test(`replyError() waits for ${milliseconds} ms by ${JSON.stringify(headers)}`, async () => {
    const body = { error: { code: "overloaded", message: "Full" } };
    const error = await replyError(reply(429, body, headers as Record<string, string>));
    assert.equal(error.retryAfterMs, milliseconds);
    assert.equal(error.isRetryable, true);
  });
}

for (const body of ["<html>Bad gateway</html>", "", '{"error":"text"}', '{"error":{"code":"x"}}']) {
  Deno.test(`replyError() tells a proxy's reply from a gateway's: ${body}`, async () => {
    const error = await replyError(reply(502, body));
    assert.equal(error.code, "unexpected_reply");
    assert.match(error.message, /status 502 and is not a gateway's$/);
    assert.equal(error.isRetryable, true);
  });
}

for (
  const [code, isRetryable, isOfGateway] of [
    ["unreachable", true, true],
    ["upstream_unavailable", true, true],
    ["unauthorized", false, true],
    ["model_not_found", false, true],
    ["invalid_image", false, false],
    ["body_too_large", false, false],
  ] as const
) {
  Deno.test(`EmbeddingError ${code} is${isRetryable ? "" : " not"} retried`, () => {
    const error = new EmbeddingError({ code, message: "m" });
    assert.deepEqual([error.isRetryable, error.isOfGateway], [isRetryable, isOfGateway]);
  });
}
