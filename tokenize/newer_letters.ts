/** Letters and numbers that the `regex` package of the reference knows and this V8 (Unicode 16) does not. */

/** Ranges of a regular expression's class, for letters: `newer_letters_test.ts` says what is missing or too much. */
export const NEWER_LETTERS = letters([
  ...["558", "58b-58c", "88f", "c5c", "cdc", "208f", "209d-209f", "a7ce-a7cf", "a7d2", "a7d4"],
  ...["a7dd", "a7e2", "a7f1", "ab6c-ab6d", "107bb-107bf", "10940-10959", "10ec5-10ec7"],
  ...["10ed9-10eee", "11b0a", "11db0-11ddb", "11df1", "16ea0-16eb8", "16ebb-16ed3", "16ff2-16ff3"],
  ...["187f8-187ff", "18cd6-18cda", "18d09-18d20", "18d80-18df2", "18e00-19191", "191a0-191d2"],
  ...["1b123-1b128", "1b168", "1d6a6", "1df1f-1df24", "1df2b-1df81", "1df90-1df96", "1dfcd-1dfff"],
  ...["1e6c0-1e6de", "1e6e0-1e6e2", "1e6e4-1e6e5", "1e6e7-1e6ed", "1e6f0-1e6f4", "1e6fe-1e6ff"],
  ...["2b73a-2b73f", "2b81e", "2cea2-2cead", "323b0-33479", "3d000-3fc3f"],
]);

/** The same for numbers. */
export const NEWER_NUMBERS = letters([
  ...["11de0-11de9", "1246f", "12475-1247f", "12550-12686", "16ff4-16ff6"],
]);

function letters(ranges: readonly string[]): string {
  return ranges.map((range) => range.replace(/[0-9a-f]+/g, "\\u{$&}")).join("");
}
