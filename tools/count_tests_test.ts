import assert from "node:assert/strict";
import { addCounts, countSuite, parseSuiteArgument } from "./count_tests.ts";

const name = "test";

Deno.test("countSuite() reads the summary of deno test", () => {
  const logs: [string, number, { passed: number; failed: number; ignored: number }][] = [
    ["ok | 5 passed | 0 failed (23ms)\n", 0, { passed: 5, failed: 0, ignored: 0 }],
    [
      "ok | 2 passed (1 step) | 0 failed | 1 filtered out (23ms)\n",
      0,
      { passed: 2, failed: 0, ignored: 0 },
    ],
    [
      "FAILED | 2 passed (1 step) | 4 failed (2 steps) | 3 ignored (194ms)\n",
      1,
      { passed: 2, failed: 4, ignored: 3 },
    ],
    [
      "\x1b[0m\x1b[32mok\x1b[0m | 7 passed | 0 failed \x1b[0m\x1b[38;5;245m(23ms)\x1b[0m\n",
      0,
      { passed: 7, failed: 0, ignored: 0 },
    ],
  ];
  for (const [log, status, counts] of logs) {
    assert.deepEqual(countSuite({ name, status, log }), counts, log);
  }
});

Deno.test("countSuite() adds the summaries of several runs in one log", () => {
  const log = "ok | 5 passed | 0 failed (1s)\nnoise\nok | 2 passed | 0 failed (1s)\n";
  assert.equal(countSuite({ name, status: 0, log }).passed, 7);
});

Deno.test("countSuite() counts a failure outside the tests as one", () => {
  const log = "ok | 5 passed | 0 failed (1s)\n";
  const crashed = { passed: 5, failed: 1, ignored: 0 };
  assert.deepEqual(countSuite({ name, status: 139, log }), crashed);
  const broken = countSuite({ name, status: 1, log: "error: Type checking\n" });
  assert.deepEqual(broken, { passed: 0, failed: 1, ignored: 0 });
});

Deno.test("countSuite() counts a log in which no test ran as a failure", () => {
  for (const log of ["", "ok | 0 passed | 0 failed | 9 ignored (1ms)\n"]) {
    assert.equal(countSuite({ name, status: 0, log }).failed, 1);
  }
});

Deno.test("countSuite() takes a check for no test", () => {
  const passed = countSuite({ name, status: 0 });
  assert.deepEqual(passed, { passed: 0, failed: 0, ignored: 0 });
  assert.equal(countSuite({ name, status: 1 }).failed, 1);
});

Deno.test("addCounts() sums each outcome", () => {
  const counts = { passed: 1, failed: 2, ignored: 3 };
  assert.deepEqual(addCounts([counts, counts]), {
    passed: 2,
    failed: 4,
    ignored: 6,
  });
});

Deno.test("parseSuiteArgument() reads name, status and log", () => {
  assert.deepEqual(parseSuiteArgument("test:triton=1:/tmp/a:b.log"), {
    name: "test:triton",
    status: 1,
    logPath: "/tmp/a:b.log",
  });
  assert.equal(parseSuiteArgument("check=0").logPath, undefined);
  assert.throws(() => parseSuiteArgument("check"), SyntaxError);
  assert.throws(() => parseSuiteArgument("check=ok"), SyntaxError);
});

Deno.test("countSuite() counts a check that could not be done as ignored, and no suite of tests", () => {
  const notDone = { passed: 0, failed: 0, ignored: 1 };
  assert.deepEqual(countSuite({ name: "audit", status: 69 }), notDone);
  assert.equal(countSuite({ name: "test", status: 69, log: "" }).failed, 1);
});
