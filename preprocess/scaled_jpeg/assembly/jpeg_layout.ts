/**
 * Where the JPEG decoder keeps what it works with. Addresses are constants, all below `FREE_ADDRESS`,
 * as what lies at a known address is reached without adding up or checking it.
 */

/** What the decoder is to do, as `../scaled_jpeg.ts` writes it: a new field is exported by `jpeg_exports.ts`, too. */
@unmanaged
export class Job {
  /** Address of the first entropy-coded byte, with 16 bytes of 0xff behind the last one. */
  source: usize;
  /** Address of the pixels. */
  target: usize;
  /** Address of the samples that a row of MCUs becomes: three planes of lines, and two for colour once it is doubled. */
  planes: usize;
  /** Bytes from one line of these to the next. */
  planeStride: usize;
  /** Size of the pixels. */
  width: usize;
  height: usize;
  mcuColumns: u32;
  mcuRows: u32;
  /** 1 (gray) or 3. */
  components: u32;
  /** Blocks of brightness beside and above each other in an MCU: 1 or 2. */
  across: u32;
  down: u32;
  /** Samples that remain of the eight of a block's side: 1, 2, 4 or, of colour, 8. */
  lumaSize: u32;
  chromaSize: u32;
  /** MCUs from one restart marker to the next; 0 when there are none. */
  restartInterval: u32;
}

/** Address of the job. */
export const JOB: usize = 4096;

/**
 * Huffman codes: DC and AC of brightness, DC and AC of colour. Each has u8[16], how many codes have 1 to 16 bits, and
 * u8[256], their symbols, both from the file; and what `prepareCodes()` makes of them, u32[17] and i32[17].
 */
export const CODES: usize = 4352;
export const CODES_BYTES: usize = 512;
export const CODE_SYMBOLS: usize = 16;
export const CODE_LIMITS: usize = 272;
export const CODE_OFFSETS: usize = 340;

/** u8 [3, 64]: quantisation of each component, in zigzag order. */
export const QUANTIZERS: usize = CODES + 4 * CODES_BYTES;

/** Where the reader stands. */
export const READER: usize = 6656;
/** What is to be known of each block of an MCU, and then the DC of each component before. */
export const BLOCKS: usize = 6720;
export const PREDICTIONS: usize = 6912;

/**
 * u8 [2, 512]: where in its block a coefficient lies, in bytes, by its index in zigzag order; of brightness and of
 * colour. What comes behind index 63 lies where nobody looks, and from 128 on once more as from 0 on.
 */
export const POSITIONS: usize = 7168;
export const POSITIONS_BYTES: usize = 512;

/** i16 [3, 64]: the quantisers as the coefficients lie. */
export const LAID_QUANTIZERS: usize = 8192;
export const LAID_QUANTIZERS_BYTES: usize = 128;

/**
 * What the tables of each kind of component were made of: DC and AC codes as far as `CODE_LIMITS`, and an i32, the
 * largest coefficient, 0 where there are no tables.
 */
export const KEPT: usize = 8704;
export const KEPT_BYTES: usize = 2 * CODE_LIMITS + 4;

/** Bits that one look into a table takes. */
export const LOOK_BITS: u32 = 12;
/** u32 [4, 2 ^ LOOK_BITS]: what `lookUp()` finds, in the order of `CODES`. */
export const TABLES: usize = 12288;
export const TABLE_BYTES: usize = 4 << LOOK_BITS;
/** u16 [4, 2 ^ LOOK_BITS]: length and symbol of the code that these bits begin with, 0 where it is longer. */
export const SYMBOLS: usize = TABLES + 4 * TABLE_BYTES;
export const SYMBOLS_BYTES: usize = 2 << LOOK_BITS;
/** u32 [2, 2 ^ LOOK_BITS]: single symbols, while tables are made. */
export const SINGLES: usize = SYMBOLS + 4 * SYMBOLS_BYTES;

/** MCUs that are decoded and then transformed: few enough for their coefficients to stay near. */
export const GROUP_MCUS: u32 = 8;
/** i16: coefficients of a group of MCUs, up to six blocks of 64 each. */
export const COEFFICIENTS: usize = SINGLES + 2 * TABLE_BYTES;
export const BLOCK_BYTES: usize = 144;
/** Behind a block's coefficients: a place for what is not there, or not wanted. */
export const NOWHERE: u8 = 128;

/** Bytes that an MCU takes at most: six blocks of 64 symbols of up to 31 bits, and the reader's lead. */
export const MCU_BYTES_MAX: usize = 2048;
/** Bytes that the reader may go back by. */
export const BITS_BEFORE: usize = 8;
/** Entropy-coded bytes without stuffing, their bits turned round, up to `BITS_END`. */
export const BITS: usize = COEFFICIENTS + <usize> GROUP_MCUS * 6 * BLOCK_BYTES + 64 + BITS_BEFORE;
export const BITS_END: usize = BITS + 2 * MCU_BYTES_MAX + 32768;

/** First address, a page's, that is free: the reader looks 8 bytes beyond its own. */
export const FREE_ADDRESS: usize = (BITS_END + 8 + 4095) & ~4095;
