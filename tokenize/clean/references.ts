/** References of HTML, `&eacute;` and `&#233;`, as Python's `html.unescape` and ftfy's `unescape_html` read them. */
import { decodeHTML, decodeHTMLStrict } from "entities/decode";
import { WINDOWS_1252 } from "./code_pages.ts";

/** What ftfy looks for: a semicolon is a must. */
const CLOSED = /&#?[0-9A-Za-z]{1,24};/g;

/** What HTML 5 looks for, where the semicolon may be missing and a name may be the start of a word. */
const OPEN = /&(?:#([0-9]+);?|#[xX]([0-9A-Fa-f]+);?|[^\t\n\f <&#;]{1,32};?)/gu;

const CODE_POINT_MAX = 0x10ffff;

/** Replaces references as `html.unescape` does, those without a semicolon among them. */
export function unescapeReferences(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(OPEN, (reference, decimal?: string, hex?: string) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number(`0x${hex}`));
    return decodeHTML(reference);
  });
}

/** Replaces the references that ftfy is sure of: closed ones, and names all in capitals, as in `P&EACUTE;REZ`. */
export function unescapeClosedReferences(text: string): string {
  return text.includes("&") ? text.replace(CLOSED, unescapeClosed) : text;
}

function unescapeClosed(reference: string): string {
  if (reference.startsWith("&#")) {
    const character = unescapeReferences(reference);
    return character.includes(";") ? reference : character;
  }
  const named = decodeHTMLStrict(reference);
  if (named !== reference) return named;
  const lower = reference.toLowerCase();
  // A name in capitals that begins with a known one is left to HTML's own rules.
  if (reference !== reference.toUpperCase() || decodeHTML(reference) !== reference) {
    return reference;
  }
  const character = decodeHTMLStrict(lower);
  return character === lower ? reference : character.toUpperCase();
}

/** The character of a number by HTML 5's rules and Python's: some are other ones, some are nothing. */
function characterOf(code: number): string {
  if (code === 0 || code > CODE_POINT_MAX || (code >= 0xd800 && code < 0xe000)) return "\ufffd";
  if (code >= 0x80 && code < 0xa0) return WINDOWS_1252.decode(code);
  const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d;
  const isNoCharacter = (code >= 0xfdd0 && code < 0xfdf0) || (code & 0xfffe) === 0xfffe;
  return isControl || code === 0x7f || isNoCharacter ? "" : String.fromCodePoint(code);
}
