/** Reads a TIFF's first directory, no further than it is asked (TIFF 6.0, section 2). */

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where its values lie. */
  readonly offset: number;
}

const ENTRY_BYTES = 12;
/** Values of so many bytes stand in the entry itself. */
const INLINE_BYTES = 4;
/** Bytes of the types that sizes and offsets are made of: BYTE, SHORT and LONG. */
const TYPE_BYTES: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };
const LITTLE_ENDIAN = 0x4949;

/** Tags and where their values are; nothing of them is read before somebody asks. */
export class TiffDirectory {
  readonly isLittleEndian: boolean;
  readonly #view: DataView;
  readonly #entries = new Map<number, Entry>();

  /** @throws {RangeError} when the file ends before the directory does. */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = view;
    this.isLittleEndian = view.getUint16(0) === LITTLE_ENDIAN;
    const start = view.getUint32(4, this.isLittleEndian);
    const count = view.getUint16(start, this.isLittleEndian);
    for (let index = 0; index < count; index++) {
      const at = start + 2 + index * ENTRY_BYTES;
      this.#entries.set(view.getUint16(at, this.isLittleEndian), this.#entry(at));
    }
  }

  /**
   * The first value of a tag.
   *
   * @returns `undefined` where it is absent, or of a type that counts nothing.
   * @throws {RangeError} when it lies behind the file's end.
   */
  value(tag: number): number | undefined {
    return this.values(tag, 1)[0];
  }

  /**
   * The values of a tag, `countMax` of them at most.
   *
   * @throws {RangeError} when they lie behind the file's end.
   */
  values(tag: number, countMax: number): number[] {
    const entry = this.#entries.get(tag);
    const bytes = entry && TYPE_BYTES[entry.type];
    if (entry === undefined || bytes === undefined) return [];
    const { count, offset } = entry;
    if (offset + Math.min(count, countMax) * bytes > this.#view.byteLength) throw endsEarly();
    return Array.from(
      { length: Math.min(count, countMax) },
      (_, index) => this.#number(offset + index * bytes, bytes),
    );
  }

  /** How many values a tag has; 0 where it is absent. */
  count(tag: number): number {
    return this.#entries.get(tag)?.count ?? 0;
  }

  #entry(at: number): Entry {
    const type = this.#view.getUint16(at + 2, this.isLittleEndian);
    const count = this.#view.getUint32(at + 4, this.isLittleEndian);
    const isInline = count * (TYPE_BYTES[type] ?? 1) <= INLINE_BYTES;
    const offset = isInline ? at + 8 : this.#view.getUint32(at + 8, this.isLittleEndian);
    return { type, count, offset };
  }

  #number(offset: number, bytes: 1 | 2 | 4): number {
    if (bytes === 1) return this.#view.getUint8(offset);
    return bytes === 2
      ? this.#view.getUint16(offset, this.isLittleEndian)
      : this.#view.getUint32(offset, this.isLittleEndian);
  }
}

function endsEarly(): RangeError {
  return new RangeError("Cannot read TIFF directory as its values lie behind the file's end");
}
