/** Huffman tables that decode up to two coefficients, and the end of their block, at a look. */
import {
  CODE_LIMITS,
  CODE_OFFSETS,
  CODE_SYMBOLS,
  CODES,
  CODES_BYTES,
  KEPT,
  KEPT_BYTES,
  LOOK_BITS,
  SINGLES,
  SYMBOLS,
  SYMBOLS_BYTES,
  TABLE_BYTES,
  TABLES,
} from "./jpeg_layout";
import { SPENT_BITS } from "./jpeg_reader";

/*
 * An entry, from its lowest bit: 6 bits, how many bits it takes; 5, how far the first coefficient is from the one
 * before; 8, how far the second one is from it, 0 where there is none, and `END` more where the block ends there;
 * 8, the first coefficient, and 5, the second one, both signed.
 */
const FIRST_STEP: u32 = 6;
const SECOND_STEP: u32 = 11;
const FIRST_VALUE: u32 = 19;
const SECOND_VALUE: u32 = 27;
const LENGTH_MASK: u32 = 63;

/** Steps beyond index 127, as an index of 128 to 190 says that the block has ended. */
const END: u32 = 128;
/** Takes no bits and steps beyond every other index: to be decoded by `symbolAt()`. */
const UNKNOWN: u32 = (1 << FIRST_STEP) | (255 << SECOND_STEP);

const ENTRIES: u32 = 1 << LOOK_BITS;
const ZERO_RUN: u32 = 15;

/** Bits that an entry takes. */
@inline
export function lengthOf(entry: u32): u32 {
  return entry & LENGTH_MASK;
}

/** How far the first coefficient is from the one before. */
@inline
export function firstStep(entry: u32): i32 {
  return (entry >> FIRST_STEP) & 31;
}

/** How far the second coefficient, or the end, is from the first one. */
@inline
export function secondStep(entry: u32): i32 {
  return (entry >> SECOND_STEP) & 255;
}

@inline
export function firstValue(entry: u32): i32 {
  return <i32> (entry << (24 - FIRST_VALUE)) >> 24;
}

@inline
export function secondValue(entry: u32): i32 {
  return <i32> entry >> SECOND_VALUE;
}

/** What the first bits of the buffer stand for; table 0 to 3 as in `CODES`. */
@inline
export function lookUp(table: usize, buffer: u64): u32 {
  const offset = <usize> buffer & (TABLE_BYTES - 4);
  return load<u32>(offset + (TABLES + table * TABLE_BYTES));
}

/**
 * Makes the tables of one kind of component from its DC codes, `first`, and the AC codes behind them, unless they are
 * those of the photo before, as most cameras never change theirs; no entry has a coefficient beyond `valueMax`.
 *
 * @returns Whether the codes are any that libjpeg takes.
 */
export function prepareTables(first: usize, valueMax: i32): bool {
  const kept = KEPT + (first >> 1) * KEPT_BYTES, keptMax = kept + 2 * CODE_LIMITS;
  const dcCodes = CODES + first * CODES_BYTES, acCodes = dcCodes + CODES_BYTES;
  if (
    load<i32>(keptMax) == valueMax && memory.compare(kept, dcCodes, CODE_LIMITS) == 0 &&
    memory.compare(kept + CODE_LIMITS, acCodes, CODE_LIMITS) == 0
  ) return true;
  store<i32>(keptMax, 0);
  if (!prepareCodes(first) || !prepareCodes(first + 1)) return false;
  const dc = SINGLES, ac = SINGLES + TABLE_BYTES;
  writeSingles(first, dc, valueMax);
  writeSingles(first + 1, ac, valueMax);
  writePairs(dc, ac, TABLES + first * TABLE_BYTES);
  writePairs(ac, ac, TABLES + (first + 1) * TABLE_BYTES);
  memory.copy(kept, dcCodes, CODE_LIMITS);
  memory.copy(kept + CODE_LIMITS, acCodes, CODE_LIMITS);
  store<i32>(keptMax, valueMax);
  return true;
}

/**
 * One symbol of any length.
 *
 * @returns Its coefficient << 16 | zeros before it << 8 | 64 where it has no coefficient | its bits; 0 if the bits
 * stand for nothing.
 */
@inline
export function symbolAt(table: usize, buffer: u64): u32 {
  const codes = CODES + table * CODES_BYTES, bits = turned(<u32> (buffer >>> SPENT_BITS));
  const offset = <usize> (buffer >>> (SPENT_BITS - 1)) & (SYMBOLS_BYTES - 2);
  const known: u32 = load<u16>(offset + (SYMBOLS + table * SYMBOLS_BYTES));
  let symbol = known >> 8, length = known & 31;
  if (known == 0) {
    const code = bits >> 16;
    length = LOOK_BITS + 1;
    while (code >= load<u32>(codes + CODE_LIMITS + (length << 2))) {
      if (++length > 16) return 0;
    }
    const index = (code >> (16 - length)) + load<i32>(codes + CODE_OFFSETS + (length << 2));
    symbol = load<u8>(codes + CODE_SYMBOLS + (index & 255));
  }
  const size = symbol & 15, zeros = symbol >> 4;
  if (size == 0) return (zeros << 8) | 64 | length;
  const value = extend(<i32> ((bits << length) >> (32 - size)), size);
  return (<u32> value << 16) | (zeros << 8) | (length + size);
}

/** ITU-T T.81, annex C; as libjpeg, refuses codes that are too many or all ones. */
function prepareCodes(table: usize): bool {
  const codes = CODES + table * CODES_BYTES, symbols = SYMBOLS + table * SYMBOLS_BYTES;
  memory.fill(symbols, 0, SYMBOLS_BYTES);
  let code: u32 = 0, index: u32 = 0;
  for (let length: u32 = 1; length <= 16; length++) {
    const count: u32 = load<u8>(codes + length - 1);
    if (index + count > 256 || (count > 0 && code + count >= <u32> 1 << length)) return false;
    store<i32>(codes + CODE_OFFSETS + (length << 2), <i32> index - <i32> code);
    if (length <= LOOK_BITS) {
      const repeats: u32 = 1 << (LOOK_BITS - length);
      for (let i: u32 = 0; i < count * repeats; i++) {
        const symbol: u32 = load<u8>(codes + CODE_SYMBOLS + index + i / repeats);
        store<u16>(symbols + offsetOf(code * repeats + i, 1), (symbol << 8) | length);
      }
    }
    code += count;
    index += count;
    store<u32>(codes + CODE_LIMITS + (length << 2), code << (16 - length));
    code <<= 1;
  }
  return true;
}

/** Entries of one coefficient, or of the end of a block. */
function writeSingles(table: usize, target: usize, valueMax: i32): void {
  const symbols = SYMBOLS + table * SYMBOLS_BYTES, isDc = (table & 1) == 0;
  for (let bits: u32 = 0; bits < ENTRIES; bits++) {
    const known: u32 = load<u16>(symbols + offsetOf(bits, 1));
    const size = (known >> 8) & 15, zeros = known >> 12, length = (known & 31) + size;
    let entry = UNKNOWN;
    if (known != 0 && length <= LOOK_BITS) {
      const value = extend(<i32> (bits >> (LOOK_BITS - length)) & ((1 << size) - 1), size);
      if (size > 0 || isDc || zeros == ZERO_RUN) {
        if (abs(value) <= valueMax) {
          entry = length | ((zeros + 1) << FIRST_STEP) | ((value & 255) << FIRST_VALUE);
        }
      } else if (zeros == 0) {
        entry = length | (1 << FIRST_STEP) | (END << SECOND_STEP);
      }
    }
    store<u32>(target + (bits << 2), entry);
  }
}

/** Entries of two coefficients, or of one and the end, where both fit. */
function writePairs(first: usize, second: usize, target: usize): void {
  for (let bits: u32 = 0; bits < ENTRIES; bits++) {
    let entry = load<u32>(first + (bits << 2));
    if (secondStep(entry) == 0) {
      const next = entryBehind(entry, bits, second), value = firstValue(next);
      if (secondStep(next) == END) {
        entry += lengthOf(next) | (END << SECOND_STEP);
      } else if (secondStep(next) == 0 && value >= -16 && value <= 15) {
        entry += lengthOf(next) | (firstStep(next) << SECOND_STEP) | (<u32> value << SECOND_VALUE);
        const third = entryBehind(entry, bits, second);
        if (secondStep(third) == END) entry += lengthOf(third) | (END << SECOND_STEP);
      }
    }
    store<u32>(target + offsetOf(bits, 2), entry);
  }
}

/** The single entry of the bits behind another one's, `UNKNOWN` where they are too few. */
function entryBehind(entry: u32, bits: u32, singles: usize): u32 {
  const length = lengthOf(entry);
  const next = load<u32>(singles + (((bits << length) & (ENTRIES - 1)) << 2));
  return length + lengthOf(next) <= LOOK_BITS ? next : UNKNOWN;
}

/** ITU-T T.81, figure F.12. */
@inline
function extend(bits: i32, size: u32): i32 {
  return size > 0 && bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}

/** Offset of an entry of 2 or 4 bytes, `1 << size`, in a table that is looked up. */
@inline
function offsetOf(bits: u32, size: u32): usize {
  return <usize> (turned(bits) >>> (32 - LOOK_BITS)) << size;
}

/** The first bit as the last one. */
@inline
function turned(bits: u32): u32 {
  bits = ((bits >> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  return bswap(bits);
}
