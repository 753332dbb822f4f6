import assert from "node:assert/strict";
import { RetryBudget } from "./retry_budget.ts";

Deno.test("RetryBudget.tryTake() allows four retries in a row, then none", () => {
  const budget = new RetryBudget();
  const allowed = Array.from({ length: 8 }, () => budget.tryTake());
  assert.deepEqual(allowed, [true, true, true, true, false, false, false, false]);
});

Deno.test("RetryBudget.recordSuccess() earns a tenth of a retry", () => {
  const budget = new RetryBudget();
  for (let index = 0; index < 5; index++) budget.tryTake();
  assert.equal(budget.tryTake(), false);
  for (let index = 0; index < 30; index++) budget.recordSuccess();
  assert.equal(budget.tryTake(), true);
});

Deno.test("RetryBudget allows a retry again once more than half of its ten tokens are there", () => {
  for (const [successes, isAllowed] of [[19, false], [23, true]] as const) {
    const budget = new RetryBudget();
    for (let index = 0; index < 6; index++) budget.tryTake();
    for (let index = 0; index < successes; index++) budget.recordSuccess();
    assert.equal(budget.tryTake(), isAllowed, `${successes} successes`);
  }
});

Deno.test("RetryBudget owes nothing, however many retries were asked for", () => {
  for (const [successes, isAllowed] of [[52, false], [63, true]] as const) {
    const budget = new RetryBudget();
    for (let index = 0; index < 100; index++) budget.tryTake();
    for (let index = 0; index < successes; index++) budget.recordSuccess();
    assert.equal(budget.tryTake(), isAllowed, `${successes} successes`);
  }
});

Deno.test("RetryBudget holds ten tokens, however many calls succeed", () => {
  const budget = new RetryBudget();
  for (let index = 0; index < 1000; index++) budget.recordSuccess();
  const allowed = Array.from({ length: 5 }, () => budget.tryTake());
  assert.deepEqual(allowed, [true, true, true, true, false]);
});
