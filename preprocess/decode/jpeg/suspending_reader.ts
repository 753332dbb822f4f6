/**
 * How far Pillow gets in a JPEG whose scan nothing ends: it gives libjpeg 64 KiB at a time, and libjpeg stops wherever it
 * would fill its bit buffer with a byte that is not there. Where that is depends on how full the buffer was, so reading
 * is followed bit by bit, and what the codes mean is not looked at. Source of the rules: `jdhuff.c` and `jdmarker.c` of
 * libjpeg-turbo 3.2, which Pillow 13 has.
 */
import type { SequentialScan } from "./sequential_scan.ts";

/** Bytes that Pillow reads at a time. */
const CHUNK_BYTES = 65_536;
/** Bits that the buffer is filled up to at least, on machines of 64 bits. */
const FILLED_BITS = 57;
/** Bits of the codes that are looked up; longer ones are read bit by bit. */
const LOOKAHEAD_BITS = 8;
/** Bytes a block of an MCU that must be there for the faster way of reading it. */
const FAST_BLOCK_BYTES = 512;
/** The faster way takes so many bytes where no more bits than these are left. */
const FAST_FILL_BYTES = 6;
const FAST_BITS_MAX = 16;
const BLOCK_COEFFICIENTS = 64;
/** Bytes that a code is peeked from. */
const PEEKED_BYTES = 3;

const SOF0 = 0xc0;
const RST0 = 0xd0;
const RST7 = 0xd7;

/** How an attempt ends: all was there, or a marker came first, or the end of what Pillow has read. */
type Outcome = "read" | "dry" | "suspended";

/** Whether libjpeg gets through every MCU without a byte beyond the last one. */
export function reachesLastMcu(bytes: Uint8Array, scan: SequentialScan): boolean {
  return new SuspendingReader(bytes, scan).reachesLastMcu();
}

class SuspendingReader {
  readonly #bytes: Uint8Array;
  readonly #scan: SequentialScan;
  /** Of the byte that comes next. */
  #offset: number;
  /** Behind the last byte that Pillow has read. */
  #end: number;
  /** Bytes of this interval, without stuffing; its bits from `#taken` to `#filled` are in libjpeg's buffer. */
  readonly #data: Uint8Array;
  #filled = 0;
  #taken = 0;
  /** A marker that was met and not passed; 0 when there is none. */
  #marker = 0;
  /** Whether this interval's data were too few: its MCUs are left gray. */
  #isDry = false;
  #isFast = false;
  /** Of the last code. */
  #symbol = 0;
  #restartsLeft: number;
  #restartNext = 0;

  constructor(bytes: Uint8Array, scan: SequentialScan) {
    this.#bytes = bytes;
    this.#scan = scan;
    this.#offset = scan.offset;
    this.#end = this.#chunkEnd(scan.offset);
    this.#data = new Uint8Array(Math.max(0, bytes.length - scan.offset) + PEEKED_BYTES);
    this.#restartsLeft = scan.restartInterval;
  }

  reachesLastMcu(): boolean {
    const { mcus, restartInterval } = this.#scan;
    for (let mcu = 0; mcu < mcus; mcu++) {
      if (restartInterval > 0) {
        if (this.#restartsLeft === 0 && !this.#passRestart()) return false;
        this.#restartsLeft--;
      }
      if (!this.#isDry && !this.#passMcu()) return false;
    }
    return true;
  }

  /** Reads an MCU; with each 64 KiB more from its start again. */
  #passMcu(): boolean {
    const [offset, filled, taken] = [this.#offset, this.#filled, this.#taken];
    const { blocks, restartInterval } = this.#scan;
    for (;;) {
      this.#isFast = restartInterval === 0 && this.#marker === 0 &&
        this.#end - offset >= blocks.length * FAST_BLOCK_BYTES;
      let outcome = this.#readMcu();
      if (this.#isFast && outcome !== "read") {
        [this.#offset, this.#filled, this.#taken] = [offset, filled, taken];
        this.#isFast = false;
        outcome = this.#readMcu();
      }
      this.#isDry = outcome === "dry";
      if (outcome !== "suspended") return true;
      if (!this.#readChunk()) return false;
      [this.#offset, this.#filled, this.#taken] = [offset, filled, taken];
    }
  }

  #readMcu(): Outcome {
    for (const { dc, ac } of this.#scan.blocks) {
      let outcome = this.#readCode(dc, 0xff);
      for (let index = 1; outcome === "read" && index < BLOCK_COEFFICIENTS; index++) {
        outcome = this.#readCode(ac, 15);
        index += this.#symbol >> 4;
        if ((this.#symbol & 15) === 0 && this.#symbol >> 4 !== 15) break;
      }
      if (outcome !== "read") return outcome;
    }
    return "read";
  }

  /** Takes a code, and the bits behind it that its symbol, masked, counts. */
  #readCode(codes: Uint16Array, mask: number): Outcome {
    let outcome = this.#fill(LOOKAHEAD_BITS, 0);
    if (outcome !== "read") return outcome;
    const start = this.#taken;
    let code = this.#peek(codes, start);
    if (code >> 8 > LOOKAHEAD_BITS && this.#filled - start >= LOOKAHEAD_BITS) {
      outcome = this.#fill(LOOKAHEAD_BITS + 1);
      if (outcome !== "read") return outcome;
      code = this.#peek(codes, start);
    }
    while (start + (code >> 8) > this.#filled) {
      this.#taken = this.#filled;
      outcome = this.#fill(1);
      if (outcome !== "read") return outcome;
      code = this.#peek(codes, start);
    }
    this.#taken = start + (code >> 8);
    this.#symbol = code & 0xff;
    const bits = code & mask;
    if (bits === 0) return "read";
    outcome = this.#fill(bits);
    this.#taken += bits;
    return outcome;
  }

  /** Length and symbol of the code at a bit, which is none yet where its last bits are not there yet. */
  #peek(codes: Uint16Array, bit: number): number {
    const byte = bit >> 3;
    const data = this.#data;
    const bits = (data[byte] as number) << 16 | (data[byte + 1] as number) << 8 |
      (data[byte + 2] as number);
    return codes[bits >> (8 - (bit & 7)) & 0xffff] as number;
  }

  /**
   * Fills the buffer where fewer bits than `least` are in it.
   *
   * @param needed Bits without which the interval has run dry, once a marker was met.
   */
  #fill(least: number, needed = least): Outcome {
    if (this.#isFast) return this.#fillFast();
    if (this.#filled - this.#taken >= least) return "read";
    while (this.#marker === 0 && this.#filled - this.#taken < FILLED_BITS) {
      let offset = this.#offset;
      if (offset === this.#end) return "suspended";
      let byte = this.#bytes[offset++] as number;
      if (byte === 0xff) {
        // Several before a 0 count as one.
        do {
          if (offset === this.#end) return "suspended";
          byte = this.#bytes[offset++] as number;
        } while (byte === 0xff);
        if (byte === 0) byte = 0xff;
        else this.#marker = byte;
      }
      this.#offset = offset;
      if (this.#marker === 0) this.#put(byte);
    }
    return this.#filled - this.#taken < needed ? "dry" : "read";
  }

  /** Gives up at a marker, which is for the other way. */
  #fillFast(): Outcome {
    if (this.#filled - this.#taken > FAST_BITS_MAX) return "read";
    for (let count = 0; count < FAST_FILL_BYTES; count++) {
      const byte = this.#bytes[this.#offset++] as number;
      if (byte === 0xff && this.#bytes[this.#offset++] !== 0) return "dry";
      this.#put(byte);
    }
    return "read";
  }

  #put(byte: number): void {
    this.#data[this.#filled >> 3] = byte;
    this.#filled += 8;
  }

  /**
   * Looks for the restart marker that is due. One that was due before is passed, as one that cannot be is; one that is
   * due soon is left where it is, as every other marker is, and the interval stays gray.
   */
  #passRestart(): boolean {
    this.#filled = this.#taken = 0;
    if (this.#marker === 0 && !this.#findMarker()) return false;
    for (;;) {
      const isRestart = this.#marker >= RST0 && this.#marker <= RST7;
      const ahead = (this.#marker - RST0 - this.#restartNext) & 7;
      const isEarlier = isRestart && ahead >= 6;
      if (this.#marker >= SOF0 && !isEarlier) {
        const isSoon = ahead === 1 || ahead === 2;
        if (isRestart && !isSoon) this.#marker = 0;
        break;
      }
      if (!this.#findMarker()) return false;
    }
    this.#restartNext = (this.#restartNext + 1) & 7;
    this.#restartsLeft = this.#scan.restartInterval;
    if (this.#marker === 0) this.#isDry = false;
    return true;
  }

  #findMarker(): boolean {
    let offset = this.#offset;
    do {
      offset = this.#bytes.indexOf(0xff, offset);
      if (offset < 0) return false;
      while (this.#bytes[offset] === 0xff) offset++;
      if (offset === this.#bytes.length) return false;
    } while (this.#bytes[offset++] === 0);
    this.#marker = this.#bytes[offset - 1] as number;
    this.#offset = offset;
    this.#end = this.#chunkEnd(offset);
    return true;
  }

  #readChunk(): boolean {
    const end = this.#end;
    this.#end = this.#chunkEnd(end + 1);
    return this.#end > end;
  }

  /** Where the 64 KiB end that hold the byte before an offset. */
  #chunkEnd(offset: number): number {
    return Math.min(this.#bytes.length, Math.ceil(offset / CHUNK_BYTES) * CHUNK_BYTES);
  }
}
