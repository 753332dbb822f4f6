/** Options in a URL's query. */
import { GatewayError } from "../../contract/errors.ts";

/** What an URL without a query has. */
export const NO_QUERY: Readonly<Record<string, string>> = {};

/**
 * Reads a query's parameters (WHATWG URL, `application/x-www-form-urlencoded`).
 *
 * @throws {GatewayError} `invalid_option` where one is given twice and differs, as either would be ignored.
 */
export function readQuery(url: string): Readonly<Record<string, string>> {
  const start = url.indexOf("?");
  if (start < 0) return NO_QUERY;
  const params = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(url.slice(start))) {
    if ((params.get(name) ?? value) !== value) {
      throw new GatewayError(
        "invalid_option",
        "Cannot embed as an option of the query must not be given twice with different values",
      );
    }
    params.set(name, value);
  }
  return Object.fromEntries(params);
}
