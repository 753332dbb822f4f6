import assert from "node:assert/strict";
import { checkUnused } from "./check_unused.ts";
import { formatProblem } from "./problem.ts";

Deno.test("checkUnused() finds what nobody uses, packages too, and what only tests use", async () => {
  const tree = {
    "gateway/main.ts": 'import { used } from "./parts.ts";\nif (import.meta.main) used();\n' +
      'new Worker(new URL("' + './decode_worker.ts", import.meta.url));\n',
    "gateway/parts.ts": "export function used() { inner(); }\n" +
      "export function inner() {}\nexport function tested() {}\nexport function unused() {}\n" +
      "export interface Unused {}\n",
    "gateway/parts_test.ts": 'import { inner, tested } from "./parts.ts";\ninner(); tested();\n' +
      'import "../testing/fake.ts";\n',
    "gateway/decode_worker.ts": 'import "./decode.ts";\n',
    "gateway/decode.ts": 'import "zod/v4";\nused();\n',
    "gateway/lost.ts": "used();\n",
    "testing/fake.ts": 'import "../gateway/faked.ts";\n',
    "gateway/faked.ts": "used();\n",
  };
  const files = Object.entries(tree).map(([path, text]) => ({ path, text }));
  assert.deepEqual((await checkUnused(files, ["zod", "left-pad"])).map(formatProblem), [
    "deno.json:1: package left-pad is used by nobody",
    "gateway/faked.ts:1: is used by tests alone",
    "gateway/lost.ts:1: is used by nobody",
    "gateway/parts.ts:3: exported tested is used by tests alone",
    "gateway/parts.ts:4: exported unused is used by nobody",
    "gateway/parts.ts:5: exported Unused is used by nobody",
  ]);
});
