/** What a PNG says beside its pixels, by the chunks in which Pillow finds it: EXIF and XMP, in texts, too. */
import { constants, inflateSync } from "node:zlib";
import type { ImageMetadata } from "./metadata_orientation.ts";

/** Pillow's `MAX_TEXT_CHUNK`. */
const TEXT_BYTES_MAX = 2 ** 20;
/** ImageMagick's way before there was eXIf: some lines, then the EXIF in hexadecimal digits. */
const RAW_PROFILE = "Raw profile type exif";
const RAW_PROFILE_LINES = 3;
const XMP = "XML:com.adobe.xmp";

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
    if (read === undefined) return;
    const nameEnd = data.indexOf(0);
    if (nameEnd < 0) return;
    const text = read(data.subarray(nameEnd + 1));
    if (text === undefined) return;
    const name = LATIN1.decode(data.subarray(0, nameEnd));
    if (name === "exif" && type === "tEXt") this.#exif = text.bytes;
    if (name === RAW_PROFILE) this.#profile = text;
    if (name === XMP) this.#xmp = text;
  }

  /** Inflates what has to be. */
  facts(): ImageMetadata {
    const profile = this.#exif === undefined && this.#profile && inflated(this.#profile);
    const exif = this.#exif ?? (profile ? profileBytes(LATIN1.decode(profile)) : undefined);
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

function profileBytes(text: string): Uint8Array | undefined {
  const digits = text.split("\n").slice(RAW_PROFILE_LINES).join("").replace(/\s/g, "");
  return /^(?:[0-9a-f]{2})*$/i.test(digits) ? Uint8Array.fromHex(digits) : undefined;
}

const LATIN1 = new TextDecoder("latin1");
