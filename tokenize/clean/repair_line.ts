/** ftfy's `fix_text` of one line, with its defaults: mojibake, odd characters, and Unicode's normal form C. */
import { replaceCharacters } from "./characters.ts";
import { type FurtherWork, repairMojibake } from "./mojibake.ts";
import { unescapeClosedReferences } from "./references.ts";

/** Of each line; ftfy has no bound, and needs a round for each reference that is hidden in another. */
const ROUNDS = 16;

/**
 * UTF-16 units that a text's further rounds may look at, those of mojibake among them. A level of hiding takes four units or
 * more, so a line of 512 never needs more: what is that short is repaired to its end.
 */
export const FURTHER_UNITS_MAX = 65_536;

/** Of a run that is normalised at once: putting marks in order takes the square of their number. */
const MARKS_MAX = 256;
const MARKS = new RegExp(`\\p{M}{1,${MARKS_MAX}}`, "gu");

/** How a line is repaired. */
export interface LineOptions {
  /** References are left alone. */
  readonly isHtml: boolean;
  /** What is left of `FURTHER_UNITS_MAX`; shared by the lines of a text, and taken from. */
  readonly further: FurtherWork;
}

/** Repairs until nothing changes any more, or work is up. */
export function repairLine(line: string, { isHtml, further }: LineOptions): string {
  let text = line;
  for (let round = 0; round < ROUNDS || further.units >= text.length; round++) {
    if (round >= ROUNDS) further.units -= text.length;
    const before = text;
    if (!isHtml) text = unescapeClosedReferences(text);
    text = normalize(replaceCharacters(repairMojibake(text, further)));
    if (text === before) break;
  }
  return text;
}

/** Unicode's normal form C; of more than 256 marks in a row, each 256 by themselves. */
function normalize(text: string): string {
  if (text.length < MARKS_MAX) return text.normalize("NFC");
  let normal = "";
  let from = 0;
  for (const { 0: marks, index } of text.matchAll(MARKS)) {
    if (marks.length < MARKS_MAX) continue;
    normal += text.slice(from, index + marks.length).normalize("NFC");
    from = index + marks.length;
  }
  return normal + text.slice(from).normalize("NFC");
}
