/** Strings of which nobody says what they are, as dialects of texts have them. */
import { GatewayError } from "../../contract/errors.ts";
import { readString } from "./content_part.ts";
import { type InputList, type InputListOptions, readInputs } from "./input_list.ts";

/**
 * Reads a string, or a list of them: data URIs are images, all others texts.
 *
 * @param field What messages call them.
 * @throws {GatewayError} `invalid_body`, or as `readString()` and `readInputs()`.
 */
export function readStrings(value: unknown, field: string, options: InputListOptions): InputList {
  const { nameInput = (index) => `Input ${index}` } = options;
  const list: readonly unknown[] = [value].flat();
  if (list.length === 0 || !list.every((input) => typeof input === "string")) {
    throw new GatewayError(
      "invalid_body",
      `Cannot embed as ${field} must be a string or a list of them, of which data URIs are images`,
    );
  }
  return readInputs(list.map((input, index) => readString(input, nameInput(index))), options);
}
