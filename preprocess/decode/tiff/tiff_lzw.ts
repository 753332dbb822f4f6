/** TIFF's LZW (TIFF 6.0, section 13), up to as many bytes as are wanted. */

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const CODES_MAX = 4096;
const BITS_MIN = 9;

/** Strings by their code: each is an earlier one and a byte behind it. One a thread is enough, as in `inflate`. */
const prefixes = new Uint16Array(CODES_MAX);
const lengths = new Uint16Array(CODES_MAX);
const lasts = new Uint8Array(CODES_MAX);
const firsts = new Uint8Array(CODES_MAX);
for (let code = 0; code < CLEAR; code++) {
  lengths[code] = 1;
  lasts[code] = code;
  firsts[code] = code;
}

/**
 * Unpacks a strip.
 *
 * @param lengthMax Bytes after which nothing more is unpacked, whatever the strip still holds.
 * @returns The bytes, fewer than `lengthMax` where the strip ends before.
 * @throws {Error} when a code is none that the strip has defined.
 */
export function unpackLzw(strip: Uint8Array, lengthMax: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(lengthMax);
  let written = 0;
  let [next, bits, previous] = [FIRST_FREE, BITS_MIN, CLEAR];
  let [held, heldBits, at] = [0, 0, 0];
  while (written < lengthMax) {
    while (heldBits < bits && at < strip.length) {
      held = (held << 8 | (strip[at++] as number)) & 0xffffff;
      heldBits += 8;
    }
    if (heldBits < bits) break;
    heldBits -= bits;
    const code = held >> heldBits & (1 << bits) - 1;
    if (code === END) break;
    if (code === CLEAR) {
      [next, bits, previous] = [FIRST_FREE, BITS_MIN, CLEAR];
      continue;
    }
    if (previous !== CLEAR) {
      if (next === CODES_MAX) throw new Error("Cannot unpack LZW: its table is full");
      prefixes[next] = previous;
      lengths[next] = (lengths[previous] as number) + 1;
      firsts[next] = firsts[previous] as number;
      // A code may stand for the very string that it completes.
      lasts[next] = firsts[code === next ? previous : code] as number;
      next++;
    }
    if (code >= next) throw new Error("Cannot unpack LZW: it has a code before its string");
    written = writeString(out, written, code);
    previous = code;
    // TIFF widens its codes one earlier than it has to.
    if (next === (1 << bits) - 1 && next < CODES_MAX - 1) bits++;
  }
  return out.subarray(0, written);
}

/** Writes a string from its end; what would lie behind the end of `out` is dropped. */
function writeString(out: Uint8Array, start: number, code: number): number {
  const end = start + (lengths[code] as number);
  let place = end;
  for (let link = code; place > start; link = prefixes[link] as number) {
    out[--place] = lasts[link] as number;
  }
  return Math.min(end, out.length);
}
