import assert from "node:assert/strict";
import { cleanLines } from "./clean_lines.ts";

function clean(text: string): string {
  return [...cleanLines(text)].join("");
}

Deno.test("cleanLines() gives a piece a line, in lower case, and white space as it was", () => {
  assert.deepEqual([...cleanLines("A  B\n\tC\r\nÉ")], ["a  b\n", "\tc\r\n", "é"]);
  assert.deepEqual([...cleanLines("\n \n\ufeff\nA\n\n\n")], ["\n \n\na\n", "\n\n"]);
  assert.deepEqual([...cleanLines("")], []);
});

Deno.test("cleanLines() knows the sigma at the end of a word", () => {
  assert.equal(clean("ΟΔΟΣ ΣΑΣ.\nΣ"), "οδος σας.\nσ");
});

Deno.test("cleanLines() leaves references to HTML's rules from the first < on", () => {
  // ftfy alone knows names in capitals.
  assert.equal(clean("&NTILDE;\n< &NTILDE;\n&NTILDE; &ntilde;"), "ñ\n< &ntilde;\n&ntilde; ñ");
});

Deno.test("cleanLines() undoes references twice more after the repair", () => {
  assert.equal(clean("<b>&amp;amp;lt;"), "<b>&lt;");
  assert.equal(clean("&notit &amp"), "¬it &");
});

Deno.test("cleanLines() goes on in the next line where a repair took a line's end", () => {
  // À before the line's end is Java's NUL to ftfy, both bytes of it.
  assert.deepEqual([...cleanLines("â€œ À\nb\nc")], ['" b\n', "c"]);
});

Deno.test("cleanLines() cleans a line when it is asked for it", () => {
  const lines = cleanLines(`a\n${"&amp;amp;".repeat(10)}\nb`);
  assert.equal(lines.next().value, "a\n");
  assert.equal(lines.return().done, true);
});
