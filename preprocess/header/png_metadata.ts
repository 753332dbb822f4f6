/** What a PNG says beside its pixels, by the chunks in which Pillow finds it: EXIF and XMP, in texts, too. */
import { constants, inflateSync } from "node:zlib";
import type { ImageMetadata } from "./metadata_orientation.ts";

/** Pillow's `MAX_TEXT_CHUNK`. */
const TEXT_BYTES_MAX = 2 ** 20;
/** ImageMagick's way before there was eXIf: some lines, then the EXIF in hexadecimal digits. */
const RAW_PROFILE = latin1Bytes("Raw profile type exif");
const RAW_PROFILE_LINES = 3;
/** Of a profile's text: EXIF has 64 KiB at most where it is a JPEG's. */
const PROFILE_BYTES_MAX = 2 * 2 ** 20;
const EXIF = latin1Bytes("exif");
const XMP = latin1Bytes("XML:com.adobe.xmp");

interface Text {
  readonly bytes: Uint8Array;
  readonly isDeflated: boolean;
}

/** Collects chunks in the order of the file; the last one of a kind counts. */
export class PngMetadata {
  #exif: Uint8Array | undefined;
  #profile: Text | undefined;
  #xmp: Text | undefined;

  /** @param data As much of the chunk as there is. */
  add(type: string, data: Uint8Array): void {
    if (type === "eXIf") this.#exif = data;
    const read = TEXTS[type];
    const name = read && NAMES.find((name) => isNamed(data, name));
    const text = name && read?.(data.subarray(name.length + 1));
    if (text === undefined) return;
    if (name === EXIF && type === "tEXt") this.#exif = text.bytes;
    if (name === RAW_PROFILE) this.#profile = text;
    if (name === XMP) this.#xmp = text;
  }

  /** Inflates what has to be. */
  facts(): ImageMetadata {
    const profile = this.#exif === undefined && this.#profile && inflated(this.#profile);
    const exif = this.#exif ?? (profile ? profileBytes(profile) : undefined);
    return { exif, xmp: this.#xmp && inflated(this.#xmp) };
  }
}

/** By type: the text of what stands behind its name (PNG 3rd edition, section 11.3.3). */
const TEXTS: Readonly<Record<string, (data: Uint8Array) => Text | undefined>> = {
  tEXt: (bytes) => ({ bytes, isDeflated: false }),
  zTXt: (data) => ({ bytes: data.subarray(1), isDeflated: true }),
  iTXt: (data) => {
    const language = data.indexOf(0, 2);
    const translation = data.indexOf(0, language + 1);
    if (language < 0 || translation < 0) return undefined;
    return { bytes: data.subarray(translation + 1), isDeflated: data[0] !== 0 };
  },
};

function inflated({ bytes, isDeflated }: Text): Uint8Array | undefined {
  if (!isDeflated) return bytes;
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return inflateSync(bytes, { maxOutputLength: TEXT_BYTES_MAX, finishFlush });
  } catch {
    return undefined;
  }
}

/** As Python's `bytes.fromhex` of all lines but the first ones: blanks may stand between pairs of digits. */
function profileBytes(text: Uint8Array): Uint8Array | undefined {
  if (text.length > PROFILE_BYTES_MAX) return undefined;
  let start = 0;
  for (let line = 0; line < RAW_PROFILE_LINES; line++) {
    const end = text.indexOf(NEWLINE, start);
    if (end < 0) return new Uint8Array(0);
    start = end + 1;
  }
  const bytes = new Uint8Array((text.length - start) / 2);
  let [length, upper] = [0, -1];
  for (let at = start; at < text.length; at++) {
    const byte = text[at] as number;
    const digit = HEX_DIGITS[byte] as number;
    if (digit >= 0) {
      if (upper < 0) upper = digit;
      else {
        bytes[length++] = upper << 4 | digit;
        upper = -1;
      }
    } else if (byte !== NEWLINE && !(upper < 0 && BLANKS.includes(byte))) return undefined;
  }
  return upper < 0 ? bytes.subarray(0, length) : undefined;
}

const NEWLINE = 10;
const BLANKS = [9, 11, 12, 13, 32];
/** By the codes of characters; -1 for others. */
const HEX_DIGITS = Int8Array.from({ length: 256 }, (_, code) => {
  return "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase());
});
const NAMES = [EXIF, RAW_PROFILE, XMP];

/** Whether a text has this name, which a 0 ends. */
function isNamed(data: Uint8Array, name: Uint8Array): boolean {
  return data[name.length] === 0 && name.every((byte, at) => data[at] === byte);
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
