/** UTF-8 from a byte string (a character below U+0100 a byte), and the two other ways in which programs write it. */
import { Buffer } from "node:buffer";

/**
 * Java's NUL, and a pair of surrogates of which each is encoded (CESU-8). ftfy also takes the line end that is a text's
 * last byte for the last byte of either.
 */
const VARIANT = /\xc0(?:\x80|\n$)|\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf](?:[\x80-\xbf]|\n$)/g;

/** Undefined when the bytes are no UTF-8. */
export function decodeUtf8(bytes: string): string | undefined {
  try {
    return /[\xc0\xed]/.test(bytes) ? decodeVariants(bytes) : decodeStrict(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Between the variants stands UTF-8, each stretch of it whole. */
function decodeVariants(bytes: string): string {
  let text = "";
  let from = 0;
  for (const { 0: variant, index } of bytes.matchAll(VARIANT)) {
    text += decodeStrict(bytes.slice(from, index)) + decodeVariant(variant);
    from = index + variant.length;
  }
  return text + decodeStrict(bytes.slice(from));
}

/** Each half of a pair has its bits as three bytes of UTF-8 have them. */
function decodeVariant(variant: string): string {
  if (variant.startsWith("\xc0")) return "\0";
  const halves = [variant.slice(0, 3), variant.slice(3)].map((half) =>
    0xd000 | (half.charCodeAt(1) & 0x3f) << 6 | half.charCodeAt(2) & 0x3f
  );
  return String.fromCharCode(...halves);
}

function decodeStrict(bytes: string): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return decoder.decode(Buffer.from(bytes, "latin1"));
}
