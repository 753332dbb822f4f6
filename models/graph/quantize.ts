/** Rounding weights to 8 bits. */

/**
 * Largest magnitude of a rounded weight. Seven bits, not eight: x86 CPUs without VNNI add two products of u8 and i8 in
 * 16 bits, which 2 · 255 · 127 would overflow, silently.
 */
const LEVEL_MAX = 63;

/** A matrix W, row-major, as whole numbers q and a scale a column: W[i][j] ≈ q[i][j] · scale[j]. */
export interface QuantizedMatrix {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Rounds a matrix whose rows have `columns` elements; each column uses its whole range, symmetric around 0. */
export function quantizeColumns(matrix: Float32Array, columns: number): QuantizedMatrix {
  const scales = columnScales(matrix, columns);
  const values = new Int8Array(matrix.length);
  for (let row = 0; row < matrix.length; row += columns) {
    for (let column = 0; column < columns; column++) {
      // A column of zeros has no scale and needs none.
      const scale = scales[column] || 1;
      const level = Math.round(matrix[row + column] as number / scale);
      values[row + column] = Math.max(-LEVEL_MAX, Math.min(LEVEL_MAX, level));
    }
  }
  return { values, scales };
}

function columnScales(matrix: Float32Array, columns: number): Float32Array {
  const scales = new Float32Array(columns);
  for (let row = 0; row < matrix.length; row += columns) {
    for (let column = 0; column < columns; column++) {
      const scale = Math.abs(matrix[row + column] as number) / LEVEL_MAX;
      if (scale > (scales[column] as number)) scales[column] = scale;
    }
  }
  return scales;
}
