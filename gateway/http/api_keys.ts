/** API keys, compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../contract/errors.ts";

/** Builds a check of the `Authorization` header; without keys everyone may pass. */
export function createApiKeyCheck(keys: readonly string[]): (headers: Headers) => void {
  const digests = keys.map(digest);
  return (headers) => {
    if (digests.length === 0) return;
    const token = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";
    const candidate = digest(token);
    // Every key is compared, so that time tells neither which one matched nor how far.
    const matches = digests.filter((known) => timingSafeEqual(known, candidate));
    if (matches.length > 0) return;
    throw new GatewayError(
      "unauthorized",
      "Cannot accept request: it needs an API key as Authorization: Bearer …",
    );
  };
}

/** Digests have one length whatever the key's, as the comparison demands. */
function digest(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}
