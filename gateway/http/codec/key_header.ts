/** Where a dialect's clients put their API key. */
export interface KeyHeader {
  /** The header with KEY in the key's place, for those who forgot it. */
  readonly hint: string;
  /** `WWW-Authenticate` of a refusal (RFC 9110); without one there is none. */
  readonly challenge?: string;
  /** The key, or "" where there is none. */
  readonly read: (headers: Headers) => string;
}

/** `Authorization: Bearer KEY` (RFC 6750). */
export const BEARER: KeyHeader = {
  hint: "Authorization: Bearer KEY",
  challenge: "Bearer",
  read: (headers) => /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "",
};
