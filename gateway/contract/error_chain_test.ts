import assert from "node:assert/strict";
import { errorChain } from "./error_chain.ts";

Deno.test("errorChain() writes messages outermost first, and where the innermost began", () => {
  const cause = new Error("inner", { cause: new TypeError("root") });
  const text = errorChain(new Error("outer", { cause }));
  assert.match(text, /^outer: inner: root \(at .*error_chain_test\.ts:\d+:\d+\)$/);
});

Deno.test("errorChain() ends with a cause that is no error", () => {
  const error = new Error("outer", { cause: "the model failed" });
  delete error.stack;
  assert.equal(errorChain(error), "outer: the model failed");
});
