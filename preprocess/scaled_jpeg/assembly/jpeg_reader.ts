/** Entropy-coded bytes to bits: stuffing and restart markers go, the bits of each byte are turned round. */
import { BITS, BITS_BEFORE, BITS_END, JOB, Job, MCU_BYTES_MAX, PREDICTIONS, READER } from "./jpeg_layout";

/**
 * Where the reader stands. The first bit of each byte is its lowest, so that eight bytes are loaded at once with what
 * comes first at the bottom. From its bit 2 on, `buffer` has the bits that come next: what is looked up, which is an
 * index of four bytes each, then is an address as it stands.
 */
@unmanaged
export class Reader {
  /** Address of the byte of the file that comes next. */
  source: usize;
  /** Address of the byte that the buffer takes next. */
  position: usize;
  /** Address behind the last byte that was turned. */
  limit: usize;
  /** Bits of the buffer that count, the two that lie below the first one among them. */
  filled: u32;
  buffer: u64;
  /** Whether `source` is a marker's. */
  isEnded: u32;
  restartsLeft: u32;
  /** 0 to 7. */
  restartNext: u32;
}

/** Bits of the buffer below the one that comes next. */
export const SPENT_BITS: u32 = 2;

/** Half a byte turned round, as the upper half and as the lower one. */
const UPPER = memory.data<u8>([
  0x00, 0x80, 0x40, 0xc0, 0x20, 0xa0, 0x60, 0xe0, 0x10, 0x90, 0x50, 0xd0, 0x30, 0xb0, 0x70, 0xf0,
]);
const LOWER = memory.data<u8>([
  0x0, 0x8, 0x4, 0xc, 0x2, 0xa, 0x6, 0xe, 0x1, 0x9, 0x5, 0xd, 0x3, 0xb, 0x7, 0xf,
]);

const RESTART_MARKER: u32 = 0xd0ff;
const END_OF_IMAGE: u32 = 0xd9ff;

/** The one reader. */
@inline
export function theReader(): Reader {
  return changetype<Reader>(READER);
}

/** Goes to the first byte. */
export function openReader(source: usize): void {
  const reader = theReader();
  reader.source = source;
  reader.restartNext = 0;
  beginInterval(reader);
}

/** Makes sure of the bytes of one more MCU, or of all that are left before the next marker. */
@inline
export function prepareMcu(reader: Reader): void {
  if (reader.isEnded == 0 && reader.limit - reader.position < MCU_BYTES_MAX) fill(reader);
}

/** Whether bits were taken that are not there. */
@inline
export function isOverdrawn(reader: Reader): bool {
  return reader.isEnded != 0 && bitsLeft(reader) < 0;
}

/** Before an MCU: takes the restart marker that is due, if one is. False where another thing stands. */
@inline
export function passRestart(reader: Reader): bool {
  if (changetype<Job>(JOB).restartInterval == 0) return true;
  if (reader.restartsLeft == 0) {
    if (!isSpent(reader) || load<u16>(reader.source) != (RESTART_MARKER | (reader.restartNext << 8))) {
      return false;
    }
    reader.source += 2;
    reader.restartNext = (reader.restartNext + 1) & 7;
    beginInterval(reader);
  }
  reader.restartsLeft--;
  return true;
}

/** Whether all bytes were taken and the image ends behind them. */
export function isAtEnd(): bool {
  const reader = theReader();
  return isSpent(reader) && load<u16>(reader.source) == END_OF_IMAGE;
}

/** Whether nothing but the rest of a byte is left before a marker. */
function isSpent(reader: Reader): bool {
  const left = bitsLeft(reader);
  return reader.isEnded != 0 && left >= 0 && left < 8;
}

@inline
function bitsLeft(reader: Reader): i32 {
  return <i32> (reader.filled - SPENT_BITS) + (<i32> (reader.limit - reader.position) << 3);
}

function beginInterval(reader: Reader): void {
  reader.position = BITS;
  reader.limit = BITS;
  reader.buffer = 0;
  reader.filled = SPENT_BITS;
  reader.isEnded = 0;
  reader.restartsLeft = changetype<Job>(JOB).restartInterval;
  memory.fill(PREDICTIONS, 0, 12);
  fill(reader);
}

/** Turns bytes as far as there is room or a marker; 0xff that is followed by 0 loses it. */
function fill(reader: Reader): void {
  const left = reader.limit - reader.position;
  // Some more: the reader may go back to those that its buffer came from.
  memory.copy(BITS - BITS_BEFORE, reader.position - BITS_BEFORE, left + BITS_BEFORE);
  reader.position = BITS;
  // What lies above the bits that count may have come from beyond the limit.
  reader.buffer &= (<u64> 1 << reader.filled) - 1;
  const upper = v128.load(UPPER), lower = v128.load(LOWER);
  const marks = i8x16.splat(-1), half = i8x16.splat(15);
  let source = reader.source, target = BITS + left;
  while (target < BITS_END - MCU_BYTES_MAX) {
    const bytes = v128.load(source);
    const turned = v128.or(
      i8x16.relaxed_swizzle(upper, v128.and(bytes, half)),
      i8x16.relaxed_swizzle(lower, i8x16.shr_u(bytes, 4)),
    );
    v128.store(target, turned);
    const found = i8x16.bitmask(i8x16.eq(bytes, marks));
    if (found == 0) {
      source += 16;
      target += 16;
      continue;
    }
    const before = <usize> ctz(found);
    source += before;
    target += before;
    if (load<u8>(source, 1) != 0) {
      reader.isEnded = 1;
      break;
    }
    source += 2;
    target += 1;
  }
  reader.source = source;
  reader.limit = target;
}
