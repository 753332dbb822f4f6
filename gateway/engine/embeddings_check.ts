import { GatewayError } from "../errors.ts";

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

/** A callback for each of 512 values takes ten times as long. */
function areFinite(values: Float32Array): boolean {
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) return false;
  }
  return true;
}
