/** Entropy-coded bytes to bits: stuffing and restart markers go, order is turned. */
import { BITS, BITS_END, JOB, Job, MCU_BYTES_MAX, PREDICTIONS, READER } from "./jpeg_layout";

/**
 * Where the reader stands. Bytes lie in reverse, so that eight of them are loaded at once with the first one as the
 * highest; `buffer` has `available` bits at its top, and below them perhaps some of the bits that follow.
 */
@unmanaged
export class Reader {
  /** Address of the byte of the file that comes next. */
  source: usize;
  /** Address behind the byte that the buffer takes next. */
  position: usize;
  /** Address of the last byte that was turned. */
  limit: usize;
  available: u32;
  buffer: u64;
  /** Whether `source` is a marker's. */
  isEnded: u32;
  restartsLeft: u32;
  /** 0 to 7. */
  restartNext: u32;
}

/** Offsets that turn 16 bytes round. */
const REVERSE = memory.data<i8>([15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);

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
  if (reader.isEnded == 0 && reader.position - reader.limit < MCU_BYTES_MAX) fill(reader);
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
  return <i32> reader.available + (<i32> (reader.position - reader.limit) << 3);
}

function beginInterval(reader: Reader): void {
  reader.position = BITS_END;
  reader.limit = BITS_END;
  reader.buffer = 0;
  reader.available = 0;
  reader.isEnded = 0;
  reader.restartsLeft = changetype<Job>(JOB).restartInterval;
  memory.fill(PREDICTIONS, 0, 12);
  fill(reader);
}

/** Turns bytes as far as there is room or a marker; 0xff that is followed by 0 loses it. */
function fill(reader: Reader): void {
  const left = reader.position - reader.limit;
  // Eight more: the reader may go back to those that its buffer came from.
  memory.copy(BITS_END - left, reader.limit, left + 8);
  reader.position = BITS_END;
  // What lies below the bits that count may have come from beyond the limit.
  const available = reader.available;
  reader.buffer = available == 0 ? 0 : reader.buffer & (~(<u64> 0) << (64 - available));
  const order = v128.load(REVERSE), marks = i8x16.splat(-1);
  let source = reader.source, target = BITS_END - left;
  while (target > BITS + MCU_BYTES_MAX) {
    const bytes = v128.load(source);
    v128.store(target - 16, i8x16.relaxed_swizzle(bytes, order));
    const found = i8x16.bitmask(i8x16.eq(bytes, marks));
    if (found == 0) {
      source += 16;
      target -= 16;
      continue;
    }
    const before = <usize> ctz(found);
    source += before;
    target -= before;
    if (load<u8>(source, 1) != 0) {
      reader.isEnded = 1;
      break;
    }
    source += 2;
    target -= 1;
  }
  reader.source = source;
  reader.limit = target;
}
