import { GatewayError } from "../../contract/errors.ts";

/** Nothing that is served has a longer name. */
export const MODEL_NAME_LENGTH_MAX = 256;

/**
 * The name of a model, as a request's body, form or query has it; whether there is such a model is not asked here.
 *
 * @throws {GatewayError} `invalid_option` for what is no text of a name's length.
 */
export function readModelName(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && value !== "" && value.length <= MODEL_NAME_LENGTH_MAX) {
    return value;
  }
  throw new GatewayError(
    "invalid_option",
    `Cannot embed as model must be a name of 1 to ${MODEL_NAME_LENGTH_MAX} characters`,
  );
}
