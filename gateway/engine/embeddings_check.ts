import { GatewayError } from "../contract/errors.ts";

/** What a model was asked for. */
export interface ExpectedRows {
  readonly count: number;
  readonly dim: number;
  /** Rows that are used, by index; all of them unless given. What stands in the others may be anything. */
  readonly wanted?: readonly number[];
}

/** What a reply that cannot be right is called. */
type FailureCode = "internal" | "upstream_error";

/** A row has a value that is no number, or infinite. */
export class NotFinite extends GatewayError {}

/**
 * Splits what a model gave into rows and checks them: the one place where an engine's reply is judged.
 *
 * @param values Float32 [count, dim], row-major; the rows are views of it.
 * @returns The wanted rows, f32 [dim] each, all finite.
 * @throws {GatewayError} with the given code where a reply cannot be right.
 */
export function checkedRows(
  values: Float32Array,
  expected: ExpectedRows,
  code: FailureCode,
): Float32Array[] {
  const rows = countedRows(values, expected, code);
  assertFinite(rows, code);
  return rows;
}

/** The same, of a batch of several requests: what is in a row is then judged by itself, by `assertFinite()`. */
export function countedRows(
  values: Float32Array,
  { count, dim, wanted }: ExpectedRows,
  code: FailureCode,
): Float32Array[] {
  const length = count * dim;
  if (values.length !== length) {
    throw new GatewayError(
      code,
      `Cannot use embeddings as there must be ${length} values: there are ${values.length}`,
    );
  }
  const indexes = wanted ?? Array.from({ length: count }, (_, index) => index);
  return indexes.map((index) => values.subarray(index * dim, (index + 1) * dim));
}

/** @throws {NotFinite} with the given code where a reply cannot be right. */
export function assertFinite(rows: readonly Float32Array[], code: FailureCode): void {
  if (rows.every(areFinite)) return;
  throw new NotFinite(code, "Cannot use embeddings as all their values must be finite");
}

/** By index and by arithmetic: a callback for each of 512 values takes ten times as long, and a call boxes each. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let index = 0; index < values.length; index++) zero += (values[index] as number) * 0;
  // NaN, once a value was NaN or infinite.
  return zero === 0;
}
