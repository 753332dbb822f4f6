import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { FURTHER_UNITS_MAX, repairLine } from "./repair_line.ts";

function repair(line: string, units = FURTHER_UNITS_MAX): string {
  return repairLine(line, { isHtml: false, further: { units } });
}

function hidden(levels: number): string {
  return `&${"amp;".repeat(levels)}lt;`;
}

Deno.test("repairLine() repeats its steps until nothing changes", () => {
  assert.equal(repair("&Atilde;&copy;"), "é");
  // The mark of the order of bytes, which is taken out, stands between a name and its "&".
  assert.equal(repair("&\ufeffeacute;"), "é");
  assert.equal(repair("&amp;eacute;"), "é");
  assert.equal(repairLine("&amp;eacute;", { isHtml: true, further: { units: 0 } }), "&amp;eacute;");
});

Deno.test("repairLine() undoes references to their end in lines of 512 units, and shares work", () => {
  assert.equal(repair(hidden(127)), "<");
  assert.equal(repair(hidden(16), 0), "&lt;");
  const further = { units: FURTHER_UNITS_MAX };
  const lines = Array.from(
    { length: 10 },
    () => repairLine(hidden(100), { isHtml: false, further }),
  );
  assert.equal(lines[0], "<");
  assert.ok(lines.at(-1)?.startsWith("&amp;amp;"));
  assert.ok(further.units >= 0);
});

Deno.test("repairLine() composes marks, and long runs of them in pieces", () => {
  assert.equal(repair("e\u0301 a\u0301\u0323"), "é ạ\u0301");
  const marks = "\u0301\u0323".repeat(128);
  assert.equal(repair(`a${marks}`), `a${marks}`.normalize("NFC"));
  assert.equal(repair(`a${marks}e\u0301`), `${`a${marks}`.normalize("NFC")}é`);
  const run = `a${"\u0301".repeat(256)}${"\u0323".repeat(256)}`;
  assert.equal([...repair(run)].length, [...run].length - 1);
  assert.notEqual(repair(run), run.normalize("NFC"));
});

Deno.test("repairLine() changes nothing in what it repaired", () => {
  const letters = fc.constantFrom(..."abÃÂ©â€™œ˜ðŸ¤ &#;amplt<\x1b[31m\r\u00a0\u0301\ufffdﬁ‘Ｗ");
  fc.assert(
    fc.property(fc.string({ unit: letters, maxLength: 40 }), (line) => {
      const repaired = repair(line);
      assert.equal(repair(repaired), repaired);
    }),
    { numRuns: 2000 },
  );
});
