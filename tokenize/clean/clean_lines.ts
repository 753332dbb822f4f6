/** What the reference does to a text before it cuts words: ftfy's repairs, references of HTML, lower case. */
import { unescapeReferences } from "./references.ts";
import { FURTHER_UNITS_MAX, repairLine } from "./repair_line.ts";

/** ASCII that nothing here changes; without it all captions would pay for what few have. */
const PLAIN = /^[\t\n\f\r\x20-\x25\x27-\x7e]*$/;

/**
 * The clean text, in pieces that end between words; each is made when it is asked for.
 *
 * A line is repaired by itself, as ftfy does it; but from the first "<" on, ftfy takes the text for HTML, and leaves its
 * references to what comes after it. White space stays as it is: words do not contain any.
 */
export function* cleanLines(text: string): Generator<string, void, undefined> {
  const further = { units: FURTHER_UNITS_MAX };
  let isHtml = false;
  let piece = "";
  // Thousands of lines without a word would else be as many pieces.
  let isBlank = true;
  for (const line of linesOf(text)) {
    isHtml ||= line.includes("<");
    const repaired = PLAIN.test(line) ? line : repairLine(line, { isHtml, further });
    piece += repaired;
    isBlank &&= !/\S/.test(repaired);
    // A repair may take a line's end away: then the next line's first word goes on.
    if (!piece.endsWith("\n") || isBlank) continue;
    yield finish(piece);
    piece = "";
    isBlank = true;
  }
  if (piece !== "") yield finish(piece);
}

function finish(text: string): string {
  return unescapeReferences(unescapeReferences(text)).toLowerCase();
}

/** Lines with their ends. */
function* linesOf(text: string): Generator<string, void, undefined> {
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from) + 1;
    const to = end === 0 ? text.length : end;
    yield text.slice(from, to);
    from = to;
  }
}
