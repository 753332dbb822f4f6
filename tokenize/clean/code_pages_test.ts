import assert from "node:assert/strict";
import { CODE_PAGES, type CodePage, WINDOWS_1252 } from "./code_pages.ts";

function page(name: string): CodePage {
  const found = CODE_PAGES.find((candidate) => candidate.name === name);
  assert.ok(found, name);
  return found;
}

Deno.test("CODE_PAGES are tried in ftfy's order", () => {
  assert.deepEqual(CODE_PAGES.map(({ name }) => name), [
    ...["latin-1", "windows-1252", "windows-1251", "windows-1250", "windows-1253", "windows-1254"],
    ...["windows-1257", "iso-8859-2", "macroman", "cp437"],
  ]);
});

Deno.test("CodePage.encode() undoes decode() for every byte", () => {
  for (const { name } of CODE_PAGES) {
    const bytes = Array.from({ length: 256 }, (_, byte) => byte);
    const text = bytes.map((byte) => page(name).decode(byte)).join("");
    assert.equal(page(name).encode(text), String.fromCharCode(...bytes), name);
  }
});

Deno.test("CodePage.encode() knows each page's letters, and no others", () => {
  const letters = {
    "windows-1251": "ж",
    "windows-1250": "ř",
    "windows-1253": "ώ",
    "windows-1254": "ğ",
  };
  const more = { "windows-1257": "ē", "iso-8859-2": "ľ", macroman: "\uf8ff", cp437: "╬" };
  for (const [name, letter] of Object.entries({ ...letters, ...more })) {
    assert.equal(page(name).encode(letter)?.length, 1, name);
    assert.equal(page("latin-1").encode(letter), undefined, name);
    assert.equal(page(name).encode("漢"), undefined, name);
  }
});

Deno.test("Windows pages read open bytes as Latin-1, and U+FFFD as a lost one", () => {
  assert.equal(WINDOWS_1252.decode(0x81), "\x81");
  assert.equal(page("windows-1253").decode(0xaa), "ª");
  assert.equal(WINDOWS_1252.encode("\ufffd"), "\x1a");
  assert.equal(WINDOWS_1252.encode("\x1a"), undefined);
  assert.equal(page("cp437").encode("\x1a"), "\x1a");
});
