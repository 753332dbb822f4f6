import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  badReply,
  CallFailure,
  deadlinePassed,
  toTritonError,
  TritonError,
  type TritonErrorKind,
  type WasProcessed,
} from "./errors.ts";

type Case = [Code, string, TritonErrorKind, WasProcessed];

/** Texts as Triton 2.51 writes them. */
const CASES: Case[] = [
  [Code.DeadlineExceeded, "the operation timed out", "deadline", "unknown"],

  [Code.Unavailable, "Exceeds maximum queue size", "overloaded", "no"],
  [Code.Unavailable, "Request timeout expired", "deadline", "no"],
  [Code.Unavailable, "Server is stopping, scheduler is no longer accepting", "stopping", "no"],
  [Code.Unavailable, "Server exiting", "stopping", "no"],
  [Code.Unavailable, "Server not ready", "starting", "no"],
  [Code.Unavailable, "Model 'a' version 1 is not at ready state", "starting", "no"],
  [Code.Unavailable, "something new", "gone", "unknown"],

  [Code.NotFound, "Unable to find shared memory region: 'a'", "unknown_region", "no"],
  [
    Code.NotFound,
    "Request for unknown model: 'a' has no available versions",
    "stopping",
    "no",
  ],
  [Code.NotFound, "Request for unknown model: 'a' is not found", "unknown_model", "no"],

  [Code.InvalidArgument, "unexpected inference input 'a' for model 'b'", "our_fault", "no"],
  [Code.AlreadyExists, "shared memory region 'a' already in manager", "our_fault", "no"],
  [Code.Unimplemented, "This server does not support it", "our_fault", "no"],
  [Code.PermissionDenied, "This protocol is restricted", "our_fault", "no"],

  [Code.ResourceExhausted, "Received message larger than max (5 vs. 4)", "our_fault", "no"],
  [Code.DataLoss, "", "bad_reply", "unknown"],

  [Code.Aborted, "aborted", "gone", "unknown"],
  [Code.Canceled, "CANCELLED", "gone", "unknown"],

  [Code.Internal, "Stub process 'a_0_0' is not healthy.", "failed", "unknown"],
  [Code.Internal, "onnx runtime error 6: out of memory", "failed", "unknown"],
  [Code.Unknown, "", "failed", "unknown"],
];

Deno.test("toTritonError() classifies every failure that was seen", () => {
  for (const [code, text, kind, wasProcessed] of CASES) {
    const cause = new ConnectError(text, code);
    const error = toTritonError(cause, { action: "infer with a" });
    assert.deepEqual([error.kind, error.wasProcessed], [kind, wasProcessed], `${code} ${text}`);
    assert.equal(error.cause, cause);
    assert.equal(error.code, code);
  }
});

Deno.test("toTritonError() calls a failure cancelled when the caller's own signal aborted, and only then", () => {
  const controller = new AbortController();
  const context = { action: "infer", signal: controller.signal };
  const cancelled = new ConnectError("This operation was aborted", Code.Canceled);
  assert.equal(toTritonError(cancelled, context).kind, "gone");
  controller.abort(new TypeError("a reason of any type"));
  for (const thrown of [cancelled, controller.signal.reason]) {
    assert.equal(toTritonError(thrown, context).kind, "cancelled");
  }
});

Deno.test("toTritonError() takes the word of a failure that knows what it is, whatever its code and text", () => {
  const outcome = { kind: "gone", wasProcessed: "no" } as const;
  const failure = new CallFailure("Exceeds maximum queue size", Code.DeadlineExceeded, outcome);
  const error = toTritonError(failure, { action: "infer" });
  assert.deepEqual([error.kind, error.wasProcessed], ["gone", "no"]);
  assert.equal(error.cause, failure);
  const context = { action: "infer", signal: AbortSignal.abort() };
  assert.equal(toTritonError(failure, context).kind, "cancelled");
});

Deno.test("CallFailure is a ConnectError, and a ConnectError no CallFailure", () => {
  const outcome = { kind: "failed", wasProcessed: "unknown" } as const;
  const failure = new CallFailure("text", Code.Internal, outcome);
  assert(failure instanceof CallFailure && failure instanceof ConnectError);
  assert(!(new ConnectError("text", Code.Internal) instanceof CallFailure));
});

Deno.test("toTritonError() keeps what is classified and takes anything else for a failure", () => {
  const error = badReply("infer", "the reply is empty");
  assert.equal(toTritonError(error, { action: "infer" }), error);
  assert.equal(toTritonError("thrown", { action: "infer" }).kind, "failed");
});

Deno.test("TritonError says what could not be done, without the server's words", () => {
  const secret = new ConnectError("/path/of/server", Code.InvalidArgument);
  assert.equal(
    toTritonError(secret, { action: "infer with a" }).message,
    "Cannot infer with a as Triton refuses the request",
  );
  const passed = deadlinePassed("infer");
  assert(passed instanceof TritonError);
  assert.equal(passed.message, "Cannot infer as the deadline passed");
  assert.deepEqual([passed.kind, passed.wasProcessed], ["deadline", "no"]);
});
