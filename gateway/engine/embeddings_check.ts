import { GatewayError } from "../contract/errors.ts";

/** What a model was asked for. */
export interface ExpectedRows {
  readonly count: number;
  readonly dim: number;
  /** Rows that are used, by index; all of them unless given. What stands in the others may be anything. */
  readonly wanted?: readonly number[];
}

/**
 * Splits what a model gave into rows and checks them: the one place where an engine's reply is judged.
 *
 * @param values Float32 [count, dim], row-major; the rows are views of it.
 * @returns The wanted rows, f32 [dim] each, all finite.
 * @throws {GatewayError} with the given code where a reply cannot be right.
 */
export function checkedRows(
  values: Float32Array,
  { count, dim, wanted }: ExpectedRows,
  code: "internal" | "upstream_error",
): Float32Array[] {
  const length = count * dim;
  if (values.length !== length) {
    throw new GatewayError(
      code,
      `Cannot use embeddings as there must be ${length} values: there are ${values.length}`,
    );
  }
  const indexes = wanted ?? Array.from({ length: count }, (_, index) => index);
  const rows = indexes.map((index) => values.subarray(index * dim, (index + 1) * dim));
  if (!rows.every(areFinite)) {
    throw new GatewayError(code, "Cannot use embeddings as all their values must be finite");
  }
  return rows;
}

/** By index and by arithmetic: a callback for each of 512 values takes ten times as long, and a call boxes each. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let index = 0; index < values.length; index++) zero += (values[index] as number) * 0;
  // NaN, once a value was NaN or infinite.
  return zero === 0;
}
