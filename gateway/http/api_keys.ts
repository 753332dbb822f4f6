/** API keys, compared in constant time. */
import { createHash, timingSafeEqual } from "node:crypto";
import { GatewayError } from "../contract/errors.ts";
import type { KeyedRequest, KeyHeader } from "./codec/key_header.ts";

/** The keys of a gateway; without any everyone may pass. */
export class ApiKeys {
  readonly #digests: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    this.#digests = keys.map(digest);
  }

  /** Whether there are any. */
  get areAsked(): boolean {
    return this.#digests.length > 0;
  }

  /** The number of the key that a request has, from 0; -1 where it has none of them. */
  indexOf({ headers, url }: KeyedRequest, header: KeyHeader): number {
    const candidate = digest(header.read(headers, url));
    // Every key is compared, so that time tells neither which one matched nor how far.
    return this.#digests.reduce(
      (found, known, index) => timingSafeEqual(known, candidate) ? index : found,
      -1,
    );
  }

  /** @throws {GatewayError} `unauthorized`, which says whether there was a key at all. */
  assertAny(request: KeyedRequest, header: KeyHeader): void {
    if (!this.areAsked || this.indexOf(request, header) >= 0) return;
    const fault = header.read(request.headers, request.url) === ""
      ? `it has no API key: send one as header ${header.hint}`
      : `its API key is unknown to this gateway: send another one as header ${header.hint}`;
    throw new GatewayError("unauthorized", `Cannot accept request: ${fault}`);
  }
}

/** Digests have one length whatever the key's, as the comparison demands. */
function digest(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}
