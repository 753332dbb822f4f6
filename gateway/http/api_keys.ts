/** API keys, compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../contract/errors.ts";
import type { KeyHeader } from "./codec/key_header.ts";

/**
 * Builds a check of keys; without keys everyone may pass.
 *
 * @returns Throws a `GatewayError` `unauthorized`.
 */
export function createApiKeyCheck(
  keys: readonly string[],
): (headers: Headers, header: KeyHeader) => void {
  const digests = keys.map(digest);
  return (headers, header) => {
    if (digests.length === 0) return;
    const candidate = digest(header.read(headers));
    // Every key is compared, so that time tells neither which one matched nor how far.
    const matches = digests.filter((known) => timingSafeEqual(known, candidate));
    if (matches.length > 0) return;
    throw new GatewayError(
      "unauthorized",
      `Cannot accept request: it needs an API key as ${header.hint}`,
    );
  };
}

/** Digests have one length whatever the key's, as the comparison demands. */
function digest(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}
