import { GatewayError } from "../contract/errors.ts";

/**
 * Asserts that an engine's reply can be right: n × dim values, all finite.
 *
 * @throws {GatewayError} with the given code otherwise.
 */
export function assertEmbeddings(
  embeddings: Float32Array,
  expected: { readonly rows: number; readonly dim: number },
  code: "internal" | "upstream_error",
): void {
  const length = expected.rows * expected.dim;
  if (embeddings.length !== length) {
    throw new GatewayError(
      code,
      `Cannot use embeddings as there must be ${length} values: there are ${embeddings.length}`,
    );
  }
  if (!areFinite(embeddings)) {
    throw new GatewayError(code, "Cannot use embeddings as all their values must be finite");
  }
}

/** By index and by arithmetic: a callback for each of 512 values takes ten times as long, and a call boxes each. */
function areFinite(values: Float32Array): boolean {
  let zero = 0;
  for (let index = 0; index < values.length; index++) zero += (values[index] as number) * 0;
  // NaN, once a value was NaN or infinite.
  return zero === 0;
}
