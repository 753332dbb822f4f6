/**
 * One-byte encodings in which UTF-8 is most often misread, in the order in which ftfy tries them. The tables are those of
 * the platform's decoder; bytes that a Windows page leaves open are Latin-1's there ("sloppy", as ftfy calls it).
 */
import { Buffer } from "node:buffer";

/** What stands for a character that was lost in a sloppy page, both ways. */
const LOST_BYTE = 0x1a;
const LOST_CHARACTER = "\ufffd";

/** The upper half of the IBM PC's page, which the platform has not. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\xa0";

/** An encoding; a byte string has a character below U+0100 a byte. */
export class CodePage {
  readonly #characters: readonly string[];
  readonly #bytes: ReadonlyMap<number, number>;

  /** `upperHalf` has the 128 characters of the bytes from 0x80 on. */
  constructor(
    readonly name: string,
    upperHalf: readonly string[],
    /** Whether characters that were lost may be among its text, as U+FFFD. */
    readonly isSloppy = false,
  ) {
    const ascii = Array.from({ length: 0x80 }, (_, byte) => String.fromCharCode(byte));
    if (isSloppy) ascii[LOST_BYTE] = LOST_CHARACTER;
    this.#characters = [...ascii, ...upperHalf];
    this.#bytes = new Map(
      this.#characters.map((character, byte) => [character.charCodeAt(0), byte]),
    );
  }

  /** The character of a byte. */
  decode(byte: number): string {
    return this.#characters[byte] ?? "";
  }

  /** Characters of a range of bytes, the end not included. */
  characters(from: number, to: number): readonly string[] {
    return this.#characters.slice(from, to);
  }

  /** The byte string of a text; undefined when a character of it is not in this page. */
  encode(text: string): string | undefined {
    const bytes = new Uint8Array(text.length);
    for (let index = 0; index < text.length; index++) {
      const byte = this.#bytes.get(text.charCodeAt(index));
      if (byte === undefined) return undefined;
      bytes[index] = byte;
    }
    return Buffer.from(bytes.buffer).toString("latin1");
  }
}

const HIGH_BYTES = Array.from({ length: 0x80 }, (_, index) => 0x80 + index);

/** A page of the platform, and Latin-1 where that leaves a byte open. */
function upperHalf(label: string): string[] {
  const decoder = new TextDecoder(label);
  return HIGH_BYTES.map((byte) => {
    const character = decoder.decode(Uint8Array.of(byte));
    return character === LOST_CHARACTER ? String.fromCharCode(byte) : character;
  });
}

function windowsPage(number: number): CodePage {
  return new CodePage(`windows-${number}`, upperHalf(`windows-${number}`), true);
}

/** What Latin-1 most often is in truth. */
export const WINDOWS_1252: CodePage = windowsPage(1252);

/** Pages that have ASCII's neighbours of Latin-1 in mind: their characters are clues to mojibake. */
export const LATIN_LIKE_PAGES: readonly CodePage[] = [
  new CodePage("latin-1", HIGH_BYTES.map((byte) => String.fromCharCode(byte))),
  WINDOWS_1252,
  ...[1251, 1250, 1253, 1254, 1257].map(windowsPage),
];

/** All, in the order of trying. */
export const CODE_PAGES: readonly CodePage[] = [
  ...LATIN_LIKE_PAGES,
  new CodePage("iso-8859-2", upperHalf("iso-8859-2")),
  new CodePage("macroman", upperHalf("macintosh")),
  new CodePage("cp437", [...CP437]),
];
