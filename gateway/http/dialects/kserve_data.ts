/** Where the elements of an input are: in the JSON, or behind it. */
import { GatewayError } from "../../contract/errors.ts";
import type { KserveInput } from "./kserve_schema.ts";

/**
 * The elements that an input has in the JSON, out of however many lists; `undefined` where it says that they are behind it.
 *
 * @throws {GatewayError} `invalid_body` where it has neither, or both.
 */
export function flatData(
  { data, parameters }: KserveInput,
  tail: Uint8Array,
): readonly unknown[] | undefined {
  const isBinary = parameters?.binary_data_size !== undefined &&
    parameters.binary_data_size !== null;
  const hasData = data !== undefined && data !== null;
  if (isBinary === hasData) {
    throw new GatewayError(
      "invalid_body",
      "Cannot embed as an input must have either data or binary_data_size among its parameters",
    );
  }
  if (!hasData) return undefined;
  if (tail.length > 0) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed as nothing may be behind the JSON where an input has data: ${tail.length} bytes are`,
    );
  }
  // Lists nest no deeper than any JSON that was parsed.
  return data.flat(Infinity);
}

/** @throws {GatewayError} `invalid_body` where an input claims other bytes than there are. */
export function assertBinarySize({ parameters }: KserveInput, tail: Uint8Array): void {
  if (parameters?.binary_data_size === tail.length) return;
  throw new GatewayError(
    "invalid_body",
    `Cannot embed as binary_data_size must be the bytes behind the JSON, which are ${tail.length}`,
  );
}
