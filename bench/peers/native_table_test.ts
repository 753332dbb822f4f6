import assert from "node:assert/strict";
import { GATEWAY, NATIVE } from "./contests.ts";
import { nativeTable } from "./native_table.ts";

const ROUND = { requests: 100, failures: 0, p50: 10, residentMiB: 100 };

const gateway = {
  label: GATEWAY,
  rounds: [{ ...ROUND, requestsPerSecond: 50, p99: 30, cpuMs: 1.5 }],
};
const native = {
  label: NATIVE,
  rounds: [{ ...ROUND, requestsPerSecond: 200, p99: 12, cpuMs: 0.5 }],
};

Deno.test("nativeTable() divides the gateway's figures by the native peer's, whatever stands first", () => {
  const contest = { name: "web", photoSize: "640", cosineMin: 0.99999998 };
  for (const standings of [[gateway, native], [native, gateway]]) {
    const row = nativeTable([{ ...contest, standings }]).split("\n")[2] ?? "";
    assert.match(row, /0\.25 \(50 ÷ 200\) .* 3\.00 \(1\.500 ÷ 0\.500\) .* 2\.50 \(30\.0 ÷ 12\.0\)/);
    // Not 1.0000000, which would say that they are the same.
    assert.match(row, / 0\.9999999 \|$/);
  }
});

Deno.test("nativeTable() is empty without a native peer", () => {
  assert.equal(nativeTable([{ name: "web", photoSize: "640", standings: [gateway] }]), "");
});
