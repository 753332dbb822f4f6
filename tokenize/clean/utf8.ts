/** UTF-8 from a byte string (a character below U+0100 a byte), and the two other ways in which programs write it. */
import { Buffer } from "node:buffer";

/**
 * Java's NUL, and a pair of surrogates of which each is encoded (CESU-8). ftfy also takes the line end that is a text's
 * last byte for the last byte of either.
 */
const VARIANT = /\xc0(?:\x80|\n$)|\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf](?:[\x80-\xbf]|\n$)/g;

/**
 * Told what is UTF-8 already: a stretch of a few bytes is tried as ten pages, most of which it is not, and a decoder that
 * throws takes twenty times as long to say so.
 */
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

/** What may stand second: anything of 0x80 to 0xBF, less what would be overlong, a surrogate or beyond Unicode. */
const CONTINUATION = [0x80, 0xbf] as const;
const SECOND_BYTES: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);

/** Undefined when the bytes are no UTF-8. */
export function decodeUtf8(bytes: string): string | undefined {
  return /[\xc0\xed]/.test(bytes) ? decodeVariants(bytes) : decodeStrict(bytes);
}

/** Between the variants stands UTF-8, each stretch of it whole. */
function decodeVariants(bytes: string): string | undefined {
  let text = "";
  let from = 0;
  for (const { 0: variant, index } of bytes.matchAll(VARIANT)) {
    const before = decodeStrict(bytes.slice(from, index));
    if (before === undefined) return undefined;
    text += before + decodeVariant(variant);
    from = index + variant.length;
  }
  const rest = decodeStrict(bytes.slice(from));
  return rest === undefined ? undefined : text + rest;
}

/** Each half of a pair has its bits as three bytes of UTF-8 have them. */
function decodeVariant(variant: string): string {
  if (variant.startsWith("\xc0")) return "\0";
  const halves = [variant.slice(0, 3), variant.slice(3)].map((half) =>
    0xd000 | (half.charCodeAt(1) & 0x3f) << 6 | half.charCodeAt(2) & 0x3f
  );
  return String.fromCharCode(...halves);
}

function decodeStrict(bytes: string): string | undefined {
  return isUtf8(bytes) ? DECODER.decode(Buffer.from(bytes, "latin1")) : undefined;
}

/** By the table of well-formed sequences (Unicode 16, table 3-7). */
function isUtf8(bytes: string): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const first = bytes.charCodeAt(at);
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4) return false;
    const end = at + (first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3);
    if (end >= bytes.length) return false;
    const [least, most] = SECOND_BYTES.get(first) ?? CONTINUATION;
    const second = bytes.charCodeAt(++at);
    if (second < least || second > most) return false;
    while (at < end) if ((bytes.charCodeAt(++at) & 0xc0) !== 0x80) return false;
  }
  return true;
}
