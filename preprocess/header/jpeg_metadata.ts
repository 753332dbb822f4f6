/** What a JPEG's APP1 segments say beside its pixels, put together as Pillow does. */
import { type ImageMetadata, metadataOrientation } from "./metadata_orientation.ts";

const EXIF = new TextEncoder().encode("Exif\0\0");
const XMP = new TextEncoder().encode("http://ns.adobe.com/xap/1.0/\0");
/** Each of up to 64 KiB; the directory stands in the first one, unless somebody cut it up. */
const EXIF_SEGMENTS_MAX = 64;

/** Collects segments in the order of the file. */
export class JpegMetadata {
  readonly #exif: Uint8Array[] = [];
  #xmp: Uint8Array | undefined;

  /** @param segment What an APP1 has behind its length. */
  add(segment: Uint8Array): void {
    if (startsWith(segment, EXIF)) {
      const start = this.#exif.length === 0 ? 0 : EXIF.length;
      if (this.#exif.length < EXIF_SEGMENTS_MAX) this.#exif.push(segment.subarray(start));
    } else if (startsWith(segment, XMP)) this.#xmp = segment.subarray(XMP.length);
  }

  /** 1 to 8; EXIF of several segments is one piece, and of several XMP packets the last one counts. */
  orientation(): number {
    const { length } = this.#exif;
    if (length === 0 && this.#xmp === undefined) return 1;
    const metadata: ImageMetadata = {
      exif: length > 1 ? this.#joined() : this.#exif[0],
      xmp: this.#xmp,
    };
    return metadataOrientation(metadata);
  }

  #joined(): Uint8Array {
    const joined = new Uint8Array(this.#exif.reduce((sum, { length }) => sum + length, 0));
    let end = 0;
    for (const part of this.#exif) {
      joined.set(part, end);
      end += part.length;
    }
    return joined;
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return prefix.every((byte, index) => bytes[index] === byte);
}
