import assert from "node:assert/strict";
import { ERROR_CATALOGUE, type ErrorCode } from "../contract/catalogue.ts";
import { GatewayError } from "../contract/errors.ts";
import { native } from "./dialects/native.ts";
import { type ErrorReply, errorResponse } from "./error_response.ts";

const REPLY: ErrorReply = {
  ...{ dialect: native, asked: new Headers(), requestId: "r-1" },
  ...{ isBodyDrained: true, headers: {} },
};

for (const [code, { status }] of Object.entries(ERROR_CATALOGUE)) {
  if (code === "client_closed") continue;
  Deno.test(`errorResponse() answers ${status} for ${code}`, async () => {
    const error = new GatewayError(code as ErrorCode, "Cannot do it", { cause: "secret" });
    const response = errorResponse(error, REPLY);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-type"), "application/json");
    assert.deepEqual(await response.json(), {
      error: { code, message: "Cannot do it", request_id: "r-1" },
    });
  });
}

Deno.test("errorResponse() tells a client that stopped sending, but listens, that its body is not complete", async () => {
  const error = new GatewayError("client_closed", "Client closed the request");
  const response = errorResponse(error, { ...REPLY, isBodyDrained: false });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("connection"), "close");
  assert.deepEqual((await response.json()).error.code, "invalid_body");
});

Deno.test("errorResponse() says when to try again, if the error does", () => {
  const error = new GatewayError("overloaded", "Cannot", { retryAfterSeconds: 2 });
  assert.equal(errorResponse(error, REPLY).headers.get("retry-after"), "2");
  assert.equal(errorResponse(error, REPLY).headers.get("retry-after-ms"), "2000");
  const without = new GatewayError("internal", "Cannot");
  assert.equal(errorResponse(without, REPLY).headers.has("retry-after"), false);
});

Deno.test("errorResponse() has the status that the dialect gives its error", () => {
  const dialect = {
    ...native,
    status: ({ status }: GatewayError) => status === 422 ? 400 : status,
  };
  const status = (code: ErrorCode) =>
    errorResponse(new GatewayError(code, "Cannot"), { ...REPLY, dialect }).status;
  assert.deepEqual([status("invalid_image"), status("not_found")], [400, 404]);
});

Deno.test("errorResponse() closes the connection only behind a body that is not used up", () => {
  const error = new GatewayError("body_timeout", "Cannot");
  const response = errorResponse(error, { ...REPLY, isBodyDrained: false });
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(errorResponse(error, REPLY).headers.has("connection"), false);
});

Deno.test("errorResponse() names the scheme of keys behind 401 alone", () => {
  const unauthorized = errorResponse(new GatewayError("unauthorized", "Cannot"), REPLY);
  assert.equal(unauthorized.headers.get("www-authenticate"), "Bearer");
  const other = errorResponse(new GatewayError("not_found", "Cannot"), REPLY);
  assert.equal(other.headers.has("www-authenticate"), false);
});

Deno.test("errorResponse() adds the headers of its reply", () => {
  const error = new GatewayError("method_not_allowed", "Cannot");
  const response = errorResponse(error, { ...REPLY, headers: { allow: "POST" } });
  assert.equal(response.headers.get("allow"), "POST");
});
