/** Huffman decoding of MCUs, up to two coefficients at a look. */
import {
  BLOCKS,
  POSITIONS,
  POSITIONS_BYTES,
  PREDICTIONS,
  QUANTIZERS,
} from "./jpeg_layout";
import { isOverdrawn, passRestart, prepareMcu, Reader, theReader } from "./jpeg_reader";
import {
  firstStep,
  firstValue,
  lengthOf,
  lookUp,
  secondStep,
  secondValue,
  symbolAt,
} from "./jpeg_tables";

/** A block of an MCU. */
@unmanaged
class Block {
  /** Address of its coefficients in the first MCU, and from there to those in the next one. */
  target: usize;
  step: usize;
  component: usize;
  /** The largest DC, either way, whose product with the quantiser is within `PRODUCT_MAX`. */
  dcMax: u32;
}
const BLOCK_ENTRY_BYTES: usize = 16;

/** Coefficients times quantisers are held to this, so that no sum of an inverse DCT can overflow. */
export const PRODUCT_MAX: i32 = 16383;

const LAST_INDEX: i32 = 63;
/** Indices that mean, less 128, that a block has ended; behind them it may have been full before. */
const ENDED_MIN: i32 = 128;
const ENDED_MAX: i32 = 190;

/** What a buffer is filled up to at least, `SPENT_BITS` among it: one look for DC and three for AC, or a whole symbol. */
const BUFFER_BITS: u32 = 56;

/** Writes down a block; in the order of the MCU. */
export function setBlock(index: u32, target: usize, step: usize, component: usize): void {
  const block = changetype<Block>(BLOCKS + <usize> index * BLOCK_ENTRY_BYTES);
  block.target = target;
  block.step = step;
  block.component = component;
  const quantizer = max<u32>(1, load<u8>(QUANTIZERS + component * 64));
  block.dcMax = <u32> PRODUCT_MAX / quantizer;
}

/**
 * Decodes MCUs, whose coefficients must be 0 before.
 *
 * @returns Whether that went without anything unusual.
 */
export function decodeMcus(count: u32, lumaBlocks: u32, blocks: u32): bool {
  const reader = theReader();
  for (let mcu: u32 = 0; mcu < count; mcu++) {
    if (!passRestart(reader)) return false;
    prepareMcu(reader);
    if (!decodeBlocks(reader, mcu, 0, lumaBlocks, 0)) return false;
    if (!decodeBlocks(reader, mcu, lumaBlocks, blocks, 1)) return false;
    if (isOverdrawn(reader)) return false;
  }
  return true;
}

/** Inlined for brightness (kind 0) and for colour (1), so that the addresses of its tables are constants. */
@inline
function decodeBlocks(reader: Reader, mcu: u32, from: u32, to: u32, kind: usize): bool {
  const tables = kind * 2, positions = POSITIONS + kind * POSITIONS_BYTES;
  const end = BLOCKS + <usize> to * BLOCK_ENTRY_BYTES;
  let position = reader.position, buffer = reader.buffer, filled = reader.filled;
  for (let at = BLOCKS + <usize> from * BLOCK_ENTRY_BYTES; at < end; at += BLOCK_ENTRY_BYTES) {
    const block = changetype<Block>(at), target = block.target + <usize> mcu * block.step;
    buffer |= load<u64>(position) << filled;
    position += (63 - filled) >> 3;
    filled |= BUFFER_BITS;
    let entry = lookUp(tables, buffer);
    // A shift takes the lowest 6 bits, which are the length.
    buffer >>>= entry;
    filled -= lengthOf(entry);
    let index = place(entry, -1, target, positions);
    for (;;) {
      while (index < LAST_INDEX) {
        entry = lookUp(tables + 1, buffer);
        buffer >>>= entry;
        filled -= lengthOf(entry);
        index = place(entry, index, target, positions);
        if (index >= LAST_INDEX) break;
        entry = lookUp(tables + 1, buffer);
        buffer >>>= entry;
        filled -= lengthOf(entry);
        index = place(entry, index, target, positions);
        if (index >= LAST_INDEX) break;
        entry = lookUp(tables + 1, buffer);
        buffer >>>= entry;
        filled -= lengthOf(entry);
        index = place(entry, index, target, positions);
        if (index >= LAST_INDEX) break;
        buffer |= load<u64>(position) << filled;
        position += (63 - filled) >> 3;
        filled |= BUFFER_BITS;
      }
      if (index == LAST_INDEX || (index >= ENDED_MIN && index <= ENDED_MAX)) break;
      // The entry is unknown, or takes more than the block's rest: back to before it, and one symbol from there.
      index -= firstStep(entry) + secondStep(entry);
      if (lengthOf(entry) > 0) {
        filled += lengthOf(entry);
        const bytes = (filled + 7) >> 3;
        buffer = load<u64>(position - bytes) >>> ((bytes << 3) - filled);
      }
      buffer |= load<u64>(position) << filled;
      position += (63 - filled) >> 3;
      filled |= BUFFER_BITS;
      const symbol = symbolAt(index < 0 ? tables : tables + 1, buffer), bits = symbol & 31;
      buffer >>>= bits;
      filled -= bits;
      buffer |= load<u64>(position) << filled;
      position += (63 - filled) >> 3;
      filled |= BUFFER_BITS;
      if (isEndOfBlock(symbol, index)) break;
      index = placeSymbol(symbol, index, block.component, target, positions);
      if (index > LAST_INDEX) return false;
    }
    if (!addPrediction(block, target + load<u8>(positions))) return false;
  }
  reader.position = position;
  reader.buffer = buffer;
  reader.filled = filled;
  return true;
}

/**
 * Puts down an entry's coefficients, or zeros where it has none and nothing lies yet.
 *
 * @returns The index of the last one.
 */
@inline
function place(entry: u32, index: i32, target: usize, positions: usize): i32 {
  const first = index + firstStep(entry), second = first + secondStep(entry);
  // The second one first: where there is none it lies below the first one.
  store<i16>(target + load<u8>(<usize> second + positions), secondValue(entry));
  store<i16>(target + load<u8>(<usize> first + positions), firstValue(entry));
  return second;
}

@inline
function isEndOfBlock(symbol: u32, index: i32): bool {
  return index >= 0 && (symbol & 0xf40) == 64;
}

/**
 * Puts down one symbol's coefficient.
 *
 * @returns Its index; one too large where the symbol is none, or the coefficient is out of bounds.
 */
@inline
function placeSymbol(
  symbol: u32,
  index: i32,
  component: usize,
  target: usize,
  positions: usize,
): i32 {
  const zeros: i32 = (symbol >> 8) & 15, value = <i32> symbol >> 16, next = index + zeros + 1;
  const isKnown = (symbol & 31) != 0 && ((symbol & 64) == 0 || index < 0 || zeros == 15);
  if (!isKnown || next > LAST_INDEX) return LAST_INDEX + 1;
  const quantizer: i32 = load<u8>(QUANTIZERS + component * 64 + <usize> next);
  // DC is only a difference yet.
  if (next > 0 && abs(value * quantizer) > PRODUCT_MAX) return LAST_INDEX + 1;
  store<i16>(target + load<u8>(<usize> next + positions), value);
  return next;
}

/** DC is coded as its difference from the block before. False where it is out of bounds. */
@inline
function addPrediction(block: Block, at: usize): bool {
  const before = PREDICTIONS + (block.component << 2);
  const dc = load<i32>(before) + load<i16>(at);
  store<i32>(before, dc);
  store<i16>(at, dc);
  return <u32> (dc + block.dcMax) <= 2 * block.dcMax;
}
