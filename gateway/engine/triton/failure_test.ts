import assert from "node:assert/strict";
import { TritonError, type TritonErrorKind } from "../../../triton/errors.ts";
import { toUpstreamError, upstreamUnavailable } from "./failure.ts";

const STATUS: Record<TritonErrorKind, [string, number]> = {
  starting: ["upstream_unavailable", 503],
  stopping: ["upstream_unavailable", 503],
  unknown_model: ["upstream_unavailable", 503],
  gone: ["upstream_error", 502],
  unknown_region: ["upstream_error", 502],
  bad_reply: ["upstream_error", 502],
  failed: ["upstream_error", 502],
  overloaded: ["overloaded", 429],
  deadline: ["deadline_exceeded", 504],
  cancelled: ["client_closed", 499],
  our_fault: ["internal", 500],
};

for (const [kind, [code, status]] of Object.entries(STATUS)) {
  Deno.test(`toUpstreamError() answers ${status} ${code} when Triton is ${kind}`, () => {
    const failure = new TritonError(kind as TritonErrorKind, "secret words", {
      wasProcessed: "unknown",
    });
    const error = toUpstreamError(failure);
    assert.deepEqual([error.code, error.status], [code, status]);
    assert.equal(error.cause, failure);
    assert.doesNotMatch(error.message, /secret/);
    assert.equal(error.retryAfterSeconds !== undefined, status === 503 || status === 429);
  });
}

Deno.test("toUpstreamError() answers 503 when the connection was never made", () => {
  const failure = new TritonError("gone", "refused", { wasProcessed: "no" });
  assert.equal(toUpstreamError(failure).status, 503);
});

Deno.test("upstreamUnavailable() tells when to try again", () => {
  const error = upstreamUnavailable("not connected yet");
  assert.deepEqual([error.status, error.retryAfterSeconds], [503, 1]);
});
