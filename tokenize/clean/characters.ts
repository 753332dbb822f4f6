/** Characters that ftfy replaces one by one, after it has repaired mojibake. */
import { WINDOWS_1252 } from "./code_pages.ts";

/** U+FF01 to U+FFEF: forms of other characters, wide or narrow for a grid. */
const WIDTH_FORMS = [0xff01, 0xffef] as const;

/** Ligatures and digraphs of Latin letters that no one means; æ and œ are none. */
const LIGATURES: Readonly<Record<string, string>> = {
  ...{ Ĳ: "IJ", ĳ: "ij", ŉ: "'n", Ǳ: "DZ", ǲ: "Dz", ǳ: "dz", Ǆ: "DŽ", ǅ: "Dž", ǆ: "dž" },
  ...{ Ǉ: "LJ", ǈ: "Lj", ǉ: "lj", Ǌ: "NJ", ǋ: "Nj", ǌ: "nj" },
  ...{ ﬀ: "ff", ﬁ: "fi", ﬂ: "fl", ﬃ: "ffi", ﬄ: "ffl", ﬅ: "ſt", ﬆ: "st" },
};

const REPLACEMENTS = replacements();

const REPLACED = /[\x80-\x9fĲĳŉǄ-ǌǱ-ǳʼ‘-‟\u2028\u2029\u3000ﬀ-ﬆ\uff01-\uffef]/g;

/** ANSI's, such as those that colour a terminal's text. */
// deno-lint-ignore no-control-regex
const TERMINAL_ESCAPE = /\x1b\[[\p{Nd};]*[A-Za-z]/gu;

/** Without those that mean white space, join letters or turn the direction. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\0-\x08\x0b\x0e-\x1f\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]/g;

/**
 * Replaces C1 controls by what Windows-1252 has there, ligatures, wide and narrow forms, curly quotes and line breaks;
 * lone surrogates by U+FFFD; and takes terminal escapes and control characters out.
 */
export function replaceCharacters(text: string): string {
  return text
    .replace(REPLACED, (character) => REPLACEMENTS.get(character) ?? character)
    .replace(/\r\n?/g, "\n")
    .toWellFormed()
    .replace(TERMINAL_ESCAPE, "")
    .replace(CONTROLS, "");
}

/** Each step's result is what the next one sees: a C1 control may become a curly quote, which is straightened. */
function replacements(): Map<string, string> {
  const made = new Map(Object.entries(LIGATURES));
  for (let code = WIDTH_FORMS[0]; code <= WIDTH_FORMS[1]; code++) {
    const form = String.fromCharCode(code);
    made.set(form, form.normalize("NFKC"));
  }
  made.set("\u3000", " ");
  for (const quote of "ʼ‘’‚‛") made.set(quote, "'");
  for (const quote of "“”„‟") made.set(quote, '"');
  for (const separator of "\u2028\u2029") made.set(separator, "\n");
  for (let code = 0x80; code < 0xa0; code++) {
    const character = WINDOWS_1252.decode(code);
    made.set(String.fromCharCode(code), made.get(character) ?? character);
  }
  return made;
}
