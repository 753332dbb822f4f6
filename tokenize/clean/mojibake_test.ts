import assert from "node:assert/strict";
import fc from "../../testing/fast_check.ts";
import { isBad } from "./badness.ts";
import { CODE_PAGES } from "./code_pages.ts";
import { repairMojibake } from "./mojibake.ts";
import { FURTHER_UNITS_MAX } from "./repair_line.ts";

function repair(text: string, units = FURTHER_UNITS_MAX): string {
  return repairMojibake(text, { units });
}

/** UTF-8 read as a page; bytes in the form of `CodePage.encode`. */
function misread(text: string, name: string): string {
  const page = CODE_PAGES.find((candidate) => candidate.name === name);
  assert.ok(page, name);
  return [...new TextEncoder().encode(text)].map((byte) => page.decode(byte)).join("");
}

/** Misreadings that ftfy does not see. */
const PLAUSIBLE = ["windows-1251: żółć žluťoučký", "macroman: кот на диване 😀"];

Deno.test("repairMojibake() undoes every page that ftfy knows", () => {
  for (const { name } of CODE_PAGES) {
    for (const text of ["“voilà”, l’été – 20 €", "żółć žluťoučký", "кот на диване 😀"]) {
      const isPlausible = PLAUSIBLE.includes(`${name}: ${text}`);
      const read = misread(text, name);
      assert.equal(repair(read), isPlausible ? read : text, `${name}: ${text}`);
    }
  }
});

Deno.test("repairMojibake() undoes misreadings of misreadings, and of parts", () => {
  assert.equal(repair(misread(misread("“été”", "windows-1252"), "latin-1")), "“été”");
  assert.equal(repair(`漢字 ${misread("“été”", "windows-1252")}!`), "漢字 “été”!");
});

Deno.test("repairMojibake() undoes what is deep, and bounds what that costs", () => {
  let deep = "é";
  for (let level = 0; level < 9; level++) deep = misread(deep, "windows-1252");
  assert.equal(repair(deep), "é");
  assert.notEqual(repair(deep, 0), "é");
  // Each round repairs some 50 of 5,000 characters, and looks at all of them.
  const further = { units: FURTHER_UNITS_MAX };
  const text = repairMojibake("Ã¤¤¨".repeat(1250), further);
  assert.notEqual(repair(text), text);
  assert.ok(further.units >= 0 && further.units < text.length, String(further.units));
});

Deno.test("repairMojibake() puts lost bytes back", () => {
  const cases = {
    // No-break spaces that became spaces; "à" is a word, but not before "s ".
    "voilÃ le travail": "voilà le travail",
    "Ã s vezes": "às vezes",
    "ã‚ ©": "ã‚ ©",
    // In Mac Roman that would make a Cyrillic letter of a dash.
    "√©t√© – oui": "√©t√© – oui",
    // Bytes that Windows-1252 has not, and that became U+FFFD.
    "â€œlikeâ€\ufffd": "“like\ufffd",
    // CESU-8, and Java's NUL.
    "í\xa0½í¸\x80": "😀",
    "Ã©\xc0\x80": "é\0",
  };
  for (const [text, expected] of Object.entries(cases)) {
    assert.equal(repair(text), expected, JSON.stringify(text));
  }
});

Deno.test("repairMojibake() reads C1 controls as Windows-1252", () => {
  assert.equal(repair("\x93q\x94 漢"), "“q” 漢");
});

Deno.test("repairMojibake() leaves good text alone", () => {
  const texts = [
    "café",
    "¿qué? ¡olé!",
    "30°C",
    "5 × 3",
    "©2019 ® ™",
    "Ångström",
    "ПРИВЕТ",
    "ὀδός",
    "ÀÉÎ",
    "😀",
  ];
  for (const text of texts) {
    assert.equal(repair(text), text);
    assert.ok(!isBad(text), text);
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
    assert.equal(repair(text), text);
  }));
});
