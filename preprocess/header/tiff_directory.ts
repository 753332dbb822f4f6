/** Reads a TIFF's first directory, no further than it is asked (TIFF 6.0, section 2; BigTIFF), and forgiving what Pillow forgives. */
import { Refusal } from "../contract/refusal.ts";

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where its values lie. */
  readonly offset: number;
}

/** How the directories of a file are laid out: bytes of its head, of a number of entries, of an entry, and of what stands in one. */
interface Layout {
  readonly headBytes: 8 | 16;
  readonly countBytes: 2 | 8;
  readonly entryBytes: 12 | 20;
  readonly inlineBytes: 4 | 8;
}

const CLASSIC: Layout = { headBytes: 8, countBytes: 2, entryBytes: 12, inlineBytes: 4 };
const BIG: Layout = { headBytes: 16, countBytes: 8, entryBytes: 20, inlineBytes: 8 };
const BIG_VERSION = 43;
/** Offsets of 8 bytes, and a word that is 0. */
const BIG_OFFSETS = 8;
/** libtiff takes a directory of more entries for none. */
const ENTRIES_MAX = 4096;
/** What a TIFF can have that is no BigTIFF. */
const ENTRIES_READ_MAX = 0xffff;
const LITTLE_ENDIAN = 0x4949;

/** Bytes of each type; entries of others are passed over. */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
};
/** Of types that only libtiff knows: none, SLONG8 and IFD8. */
const FURTHER_TYPE_BYTES: Readonly<Record<number, number>> = { 0: 1, 17: 8, 18: 8 };
/** SHORT, LONG, IFD, LONG8, and the signed ones. */
const INTEGER_TYPES: ReadonlySet<number> = new Set([3, 4, 6, 8, 9, 13, 16]);
const SIGNED_TYPES: ReadonlySet<number> = new Set([6, 8, 9]);

/** Tags and where their values are; nothing of them is read before somebody asks. */
export class TiffDirectory {
  readonly isLittleEndian: boolean;
  /** Whether the two bytes of the version are in the other order, which Pillow reads and libtiff does not. */
  readonly isTwisted: boolean;
  /** Whether a BigTIFF says how long its offsets are, which Pillow does not look at and libtiff does; of others, yes. */
  readonly hasSoundHead: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** By tag, where its entry stands. */
  readonly #places = new Map<number, number>();
  readonly #unread = new Set<number>();
  readonly #stopsEarly: boolean;
  readonly #layout: Layout;
  readonly #start: number;
  #isWhole = false;

  /**
   * @param reader Whose patience it has: Pillow stops at the first entry whose values lie behind the file's end, libtiff
   * reads on.
   * @throws {RangeError} when the file ends before the directory begins.
   * @throws {Refusal} `unsupported_image` for BigTIFFs in big-endian order, which Pillow takes for others, and for such
   * with more entries than other TIFFs can have.
   */
  constructor(bytes: Uint8Array, reader: "pillow" | "libtiff" = "pillow") {
    this.#stopsEarly = reader === "pillow";
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#bytes = bytes;
    this.#view = view;
    this.isLittleEndian = view.getUint16(0) === LITTLE_ENDIAN;
    const version = view.getUint16(2, this.isLittleEndian);
    this.isTwisted = version > 0xff;
    const isBig = version === BIG_VERSION;
    if (isBig && !this.isLittleEndian) {
      const message = "Cannot decode image: TIFFs that are big-endian BigTIFFs are not supported";
      throw new Refusal("unsupported_image", message);
    }
    this.hasSoundHead = !isBig || view.getUint32(4, true) === BIG_OFFSETS;
    this.#layout = isBig ? BIG : CLASSIC;
    this.#start = this.#unsigned(isBig ? 8 : 4, isBig ? 8 : 4);
    this.#read();
  }

  /**
   * The first value of a tag.
   *
   * @returns `undefined` where it is absent, or of a type that counts nothing.
   */
  value(tag: number): number | undefined {
    return this.values(tag, 1)[0];
  }

  /** The values of a tag, `countMax` of them at most; none where it is absent, or of a type that counts nothing. */
  values(tag: number, countMax: number): number[] {
    const entry = this.#entry(tag);
    if (entry === undefined || !INTEGER_TYPES.has(entry.type)) return [];
    const { count, offset, type } = entry;
    const bytes = TYPE_BYTES[type] as number;
    const isSigned = SIGNED_TYPES.has(type);
    return Array.from({ length: Math.min(count, countMax) }, (_, index) => {
      const value = this.#unsigned(offset + index * bytes, bytes);
      return isSigned && value >= 2 ** (8 * bytes - 1) ? value - 2 ** (8 * bytes) : value;
    });
  }

  /** The bytes of a tag, whatever they are; none where it is absent. */
  raw(tag: number): Uint8Array {
    const entry = this.#entry(tag);
    if (entry === undefined) return new Uint8Array();
    const { count, offset, type } = entry;
    return this.#bytes.subarray(offset, offset + count * (TYPE_BYTES[type] as number));
  }

  /** How many values a tag has; 0 where it is absent. */
  count(tag: number): number {
    return this.#entry(tag)?.count ?? 0;
  }

  /** Whether all entries are in the file, and no more of them than libtiff takes. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether a tag is there without anything in its first entry that can be read. */
  isUnread(tag: number): boolean {
    const entry = this.#entry(tag);
    return this.#unread.has(tag) || (entry !== undefined && !INTEGER_TYPES.has(entry.type));
  }

  /**
   * Bytes of the file that nothing else takes: what libtiff reckons a strip to have whose length is not said
   * (`EstimateStripByteCounts` in its tif_dirread.c).
   *
   * @throws {Error} for an entry of a type that libtiff does not know.
   */
  freeBytes(): number {
    const { headBytes, countBytes, entryBytes, inlineBytes } = this.#layout;
    const first = this.#start + countBytes;
    const count = this.#unsigned(this.#start, countBytes);
    let taken = headBytes + countBytes + count * entryBytes + inlineBytes;
    for (let at = first; at < first + count * entryBytes; at += entryBytes) {
      const type = this.#unsigned(at + 2, 2);
      const unit = TYPE_BYTES[type] ?? FURTHER_TYPE_BYTES[type];
      if (unit === undefined) throw new Error(`Cannot tell the size of TIFF type ${type}`);
      const size = this.#unsigned(at + 4, inlineBytes) * unit;
      taken += size <= inlineBytes ? 0 : size;
    }
    const { byteLength } = this.#view;
    return byteLength < taken ? byteLength : byteLength - taken;
  }

  #entry(tag: number): Entry | undefined {
    const at = this.#places.get(tag);
    if (at === undefined) return undefined;
    const { inlineBytes } = this.#layout;
    const type = this.#unsigned(at + 2, 2);
    const count = this.#unsigned(at + 4, inlineBytes);
    const inline = at + 4 + inlineBytes;
    const isInline = count * (TYPE_BYTES[type] as number) <= inlineBytes;
    return { type, count, offset: isInline ? inline : this.#unsigned(inline, inlineBytes) };
  }

  /** Ends early where values would lie behind the file's end, and with what is there where the file ends. */
  #read(): void {
    const { countBytes, entryBytes, inlineBytes } = this.#layout;
    const start = this.#start;
    const { byteLength } = this.#view;
    const first = start + countBytes;
    const count = this.#unsigned(start, countBytes);
    this.#isWhole = count <= ENTRIES_MAX && first + count * entryBytes <= byteLength;
    let outside = 0;
    for (let index = 0; index < count; index++) {
      if (index > ENTRIES_READ_MAX) throw tooManyEntries();
      const at = first + index * entryBytes;
      if (at + entryBytes > byteLength) return;
      const tag = this.#unsigned(at, 2);
      const type = this.#unsigned(at + 2, 2);
      const unit = TYPE_BYTES[type];
      if (this.#places.has(tag)) continue;
      const isFirst = !this.#unread.has(tag);
      this.#unread.add(tag);
      if (unit === undefined) continue;
      const values = this.#unsigned(at + 4, inlineBytes);
      const size = values * unit;
      if (size > inlineBytes) {
        outside += size;
        if (this.#stopsEarly && outside > byteLength) continue;
        const offset = this.#unsigned(at + 4 + inlineBytes, inlineBytes);
        if (offset + size > byteLength) {
          if (this.#stopsEarly) return;
          continue;
        }
      }
      if (size === 0) continue;
      this.#places.set(tag, at);
      if (isFirst) this.#unread.delete(tag);
    }
  }

  #unsigned(offset: number, bytes: number): number {
    const { isLittleEndian } = this;
    if (bytes === 1) return this.#view.getUint8(offset);
    if (bytes === 2) return this.#view.getUint16(offset, isLittleEndian);
    if (bytes === 4) return this.#view.getUint32(offset, isLittleEndian);
    const first = this.#view.getUint32(offset, isLittleEndian);
    const second = this.#view.getUint32(offset + 4, isLittleEndian);
    return isLittleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  }
}

function tooManyEntries(): Refusal {
  const message = "Cannot decode image: TIFFs of so many tags are not supported";
  return new Refusal("unsupported_image", message);
}
