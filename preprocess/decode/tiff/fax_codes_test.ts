import assert from "node:assert/strict";
import {
  FAX_CODE_BITS,
  FAX_MODES,
  FAX_RUNS,
  type FaxCodes,
  HORIZONTAL,
  PASS,
  VERTICAL,
} from "./fax_codes.ts";

/** Every value with how much of all bits its code takes. */
function shares(codes: FaxCodes): Map<number, number> {
  const found = new Map<number, number>();
  for (const entry of codes) {
    if (entry !== 0) found.set(entry >> 4, (found.get(entry >> 4) ?? 0) + 1);
  }
  return found;
}

Deno.test("FAX_RUNS have a code for every run, and no two for the same bits", () => {
  const lengths = [
    ...Array.from({ length: 64 }, (_, run) => run),
    ...Array.from({ length: 40 }, (_, step) => 64 * (step + 1)),
  ];
  for (const codes of FAX_RUNS) {
    const found = shares(codes);
    assert.deepEqual([...found.keys()].sort((a, b) => a - b), lengths);
    for (const entry of codes) {
      if (entry !== 0) assert.equal(found.get(entry >> 4), 1 << FAX_CODE_BITS - (entry & 15));
    }
  }
});

Deno.test("FAX_MODES leave eight zeros to ends and extensions", () => {
  const modes = [...shares(FAX_MODES).keys()].sort((a, b) => a - b);
  assert.deepEqual(modes, [PASS, HORIZONTAL, ...[3, 4, 5, 6, 7, 8, 9]]);
  assert.equal(FAX_MODES[1 << FAX_CODE_BITS - 1], VERTICAL << 4 | 1);
  assert.ok(FAX_MODES.subarray(0, 1 << FAX_CODE_BITS - 7).every((entry) => entry === 0));
});
