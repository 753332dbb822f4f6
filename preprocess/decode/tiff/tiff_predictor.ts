/** Rows of differences to rows of samples in the machine's order (TIFF 6.0, section 14; Adobe's TIFF Technical Note 3). */

/** What becomes of an unpacked row, in place. */
export type RestoreRow = (row: Uint8Array) => void;

/** What decides it. */
export interface PredictorOptions {
  /** Predictor: 1 is none, 2 the sample to the left, 3 that of floats. */
  readonly predictor: number;
  readonly bits: number;
  /** From a sample to its neighbour of the same kind. */
  readonly stride: number;
  readonly isFloat: boolean;
  readonly isLittleEndian: boolean;
}

const [NONE, LEFT, OF_FLOATS] = [1, 2, 3];
const SWAPPED_BYTES: readonly number[] = [2, 3, 4, 8];

/**
 * What is to be done with each row.
 *
 * @throws {Error} for predictors that libtiff has not for such samples.
 */
export function createRestoreRow(options: PredictorOptions): RestoreRow {
  const { predictor, bits, stride, isFloat, isLittleEndian } = options;
  const bytes = bits / 8;
  const mustSwap = !isLittleEndian && SWAPPED_BYTES.includes(bytes);
  if (predictor === NONE) return mustSwap ? (row) => swap(row, bytes) : () => {};
  if (predictor === LEFT && [8, 16, 32].includes(bits)) {
    return (row) => {
      if (mustSwap) swap(row, bytes);
      addUp(row, bytes, stride);
    };
  }
  if (predictor === OF_FLOATS && isFloat && bits === 32) {
    let planes = new Uint8Array();
    return (row) => {
      if (planes.length !== row.length) planes = new Uint8Array(row.length);
      addUpFloats(row, stride, planes);
    };
  }
  throw new Error("Cannot restore samples from differences of this kind");
}

function swap(row: Uint8Array, bytes: number): void {
  for (let first = 0; first + bytes <= row.length; first += bytes) {
    const last = first + bytes - 1;
    for (let place = 0; place < bytes >> 1; place++) {
      const byte = row[first + place] as number;
      row[first + place] = row[last - place] as number;
      row[last - place] = byte;
    }
  }
}

/** Sums wrap around. */
function addUp(row: Uint8Array, bytes: number, stride: number): void {
  const step = stride * bytes;
  if (bytes === 1) {
    for (let at = step; at < row.length; at++) {
      row[at] = (row[at] as number) + (row[at - step] as number);
    }
  } else if (bytes === 2) {
    for (let at = step; at < row.length; at += 2) {
      const low = (row[at] as number) + (row[at - step] as number);
      row[at] = low;
      row[at + 1] = (low >> 8) + (row[at + 1] as number) + (row[at + 1 - step] as number);
    }
  } else addUpLong(row, bytes, step);
}

/** Carries go from each byte to the next, which are in little-endian order. */
function addUpLong(row: Uint8Array, bytes: number, step: number): void {
  for (let first = step; first < row.length; first += bytes) {
    let sum = 0;
    for (let at = first; at < first + bytes; at++) {
      sum = (sum >> 8) + (row[at] as number) + (row[at - step] as number);
      row[at] = sum;
    }
  }
}

/** All first bytes of the row's floats come first, then all second ones, as differences. */
function addUpFloats(row: Uint8Array, stride: number, planes: Uint8Array): void {
  addUp(row, 1, stride);
  planes.set(row);
  const count = row.length / 4;
  for (let sample = 0; sample < count; sample++) {
    for (let byte = 0; byte < 4; byte++) {
      row[sample * 4 + byte] = planes[(3 - byte) * count + sample] as number;
    }
  }
}
