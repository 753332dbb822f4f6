/**
 * Repairs UTF-8 that was read as a one-byte encoding, as ftfy 6.3.1's `fix_encoding` does (Robyn Speer, Apache-2.0): whole
 * texts first, then stretches of them.
 */
import { isBad } from "./badness.ts";
import { CODE_PAGES, type CodePage, LATIN_LIKE_PAGES, WINDOWS_1252 } from "./code_pages.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Of misreadings one inside the other; ftfy has no bound. A further one makes a text so long at least twice as long. */
const ROUNDS = 3;

/** Bytes of UTF-8 where a space was written for a no-break space, 0xA0: those that make usual characters. */
const SPACED = new RegExp(
  [
    "[\\xc2\\xc3\\xc5\\xce\\xd0\\xd9] ",
    "[\\xe2\\xe3] [\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf]",
    "[\\xe0-\\xe3][\\x80-\\x84\\x86-\\x9f\\xa1-\\xbf] ",
    "\\xf0(?: [\\x80-\\xbf]|[\\x80-\\xbf] )[\\x80-\\xbf]",
    "\\xf0[\\x80-\\xbf]{2} ",
  ].join("|"),
  "g",
);

/** "à" as a word of its own, but for "às", "àquele", "àquela" and "àquilo". */
const LONE_A_GRAVE = /\xc3 (?! |quele|quela|quilo|s )/g;

/** UTF-8 of which bytes were lost: 0x1A stands for one, a question mark for one a character at most. */
const LOSSY = new RegExp(
  [
    "[\\xc2-\\xdf]\\x1a",
    "[\\xc2\\xc3]\\?",
    "\\xed[\\xa0-\\xaf][\\x1a?]\\xed[\\xb0-\\xbf][\\x1a?\\x80-\\xbf]",
    "\\xed[\\xa0-\\xaf][\\x1a?\\x80-\\xbf]\\xed[\\xb0-\\xbf][\\x1a?]",
    "[\\xe0-\\xef][\\x1a?][\\x1a\\x80-\\xbf]",
    "[\\xe0-\\xef][\\x1a\\x80-\\xbf][\\x1a?]",
    "[\\xf0-\\xf4][\\x1a?][\\x1a\\x80-\\xbf]{2}",
    "[\\xf0-\\xf4][\\x1a\\x80-\\xbf][\\x1a?][\\x1a\\x80-\\xbf]",
    "[\\xf0-\\xf4][\\x1a\\x80-\\xbf]{2}[\\x1a?]",
    "\\x1a",
  ].join("|"),
  "g",
);

/** U+FFFD in UTF-8, as a byte string. */
const LOST = "\xef\xbf\xbd";

/** Stretches that may be UTF-8 read as a page like Latin-1. */
const STRETCH = stretchPattern();

/** UTF-16 units that further rounds may look at; taken from. */
export interface FurtherWork {
  units: number;
}

/** The repaired text, or the same one. ASCII has nothing to repair. */
export function repairMojibake(text: string, further: FurtherWork): string {
  let repaired = text;
  for (let round = 0; round < ROUNDS || further.units >= repaired.length; round++) {
    if (round >= ROUNDS) further.units -= repaired.length;
    const before = repaired;
    repaired = repairOnce(before, further);
    if (repaired === before) break;
  }
  return repaired;
}

function repairOnce(text: string, further: FurtherWork): string {
  if (!/[^\0-\x7f]/.test(text) || !isBad(text)) return text;
  for (const page of CODE_PAGES) {
    const bytes = page.encode(text);
    const decoded = bytes === undefined ? undefined : decodeUtf8(restoreBytes(bytes, page));
    if (decoded !== undefined) return decoded;
  }
  const repaired = text.replace(STRETCH, (stretch) =>
    // The whole text has been tried.
    stretch.length < text.length ? repairMojibake(stretch, further) : stretch);
  if (repaired !== text) return repaired;
  return text.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252.decode(control.charCodeAt(0)));
}

/** Puts bytes back that were lost on the way, where what is around them tells. */
function restoreBytes(bytes: string, page: CodePage): string {
  let restored = bytes;
  // In Mac Roman, 0xD0 and a space are a dash and a space.
  if (page.name !== "macroman" && bytes.search(SPACED) >= 0) {
    restored = restored.replace(LONE_A_GRAVE, "\xc3\xa0 ")
      .replace(SPACED, (sequence) => sequence.replaceAll(" ", "\xa0"));
  }
  return page.isSloppy ? restored.replace(LOSSY, LOST) : restored;
}

function stretchPattern(): RegExp {
  const clues = (from: number, to: number, pages = LATIN_LIKE_PAGES) =>
    [...new Set(pages.flatMap((page) => page.characters(from, to)))].join("");
  const continuation = clues(0x80, 0xc0);
  // Dashes, quotes and such stand before mojibake on purpose.
  const strict = continuation.replace(/[–—―‘’‚“”„•…]/g, "");
  const fourth = clues(0xf0, 0xf1) + clues(0xf3, 0xf4);
  return new RegExp(
    `(?<![${strict}])(?:[${clues(0xc2, 0xe0)}][ ${continuation}]` +
      `|[${clues(0xe0, 0xf0)}][ ${continuation}]{2}|[${fourth}][ ${continuation}]{3})+`,
    "gu",
  );
}
