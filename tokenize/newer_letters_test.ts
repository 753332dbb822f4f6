import assert from "node:assert/strict";
import { readLetters } from "../testing/tokens/read_tokens.ts";
import { NEWER_LETTERS, NEWER_NUMBERS } from "./newer_letters.ts";

Deno.test("newer letters and numbers are those that V8 lacks, and no others", () => {
  const { letters, numbers } = readLetters();
  for (
    const [ranges, known, newer] of [
      [letters, /\p{L}/u, NEWER_LETTERS],
      [numbers, /\p{N}/u, NEWER_NUMBERS],
    ] as const
  ) {
    const missing: string[] = [];
    let end = NaN;
    for (const code of ranges.flatMap(([from, to]) => span(from, to))) {
      if (known.test(String.fromCodePoint(code))) continue;
      const hex = `\\u{${code.toString(16)}}`;
      if (code === end + 1) missing.push(`${missing.pop()?.split("-")[0]}-${hex}`);
      else missing.push(hex);
      end = code;
    }
    assert.equal(newer, missing.join(""));
  }
});

function span(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
