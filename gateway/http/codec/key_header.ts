/** A request, as far as a key may stand in it. */
export interface KeyedRequest {
  readonly headers: Headers;
  /** Absolute. */
  readonly url?: string;
}

/** Where a dialect's clients put their API key. */
export interface KeyHeader {
  /** The header with KEY in the key's place, for those who forgot it. */
  readonly hint: string;
  /** `WWW-Authenticate` of a refusal (RFC 9110); without one there is none. */
  readonly challenge?: string;
  /** The key, or "" where there is none. Some clients put it into the query. */
  readonly read: (headers: Headers, url?: string) => string;
}

/** `Authorization: Bearer KEY` (RFC 6750). */
export const BEARER: KeyHeader = {
  hint: "Authorization: Bearer KEY",
  challenge: "Bearer",
  read: (headers) => /^Bearer +(.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "",
};

/** The same, or a parameter of the query, for clients that have no other place for it. */
export function bearerOrQuery(name: string): KeyHeader {
  return {
    ...BEARER,
    hint: `${BEARER.hint}, or in the query as ${name}=KEY`,
    read: (headers, url) => BEARER.read(headers) || queryKey(url, name),
  };
}

/** A parameter of an absolute URL's query, or "". */
export function queryKey(url: string | undefined, name: string): string {
  return URL.parse(url ?? "")?.searchParams.get(name) ?? "";
}

/** A bearer token, or the password of `Authorization: Basic` (RFC 7617), which clients make of `http://:KEY@HOST`. */
export const BEARER_OR_PASSWORD: KeyHeader = {
  hint: "Authorization: Bearer KEY, or as the password in the URL: http://:KEY@HOST",
  challenge: "Bearer",
  read: (headers) => {
    const bearer = BEARER.read(headers);
    return bearer === "" ? passwordOf(headers.get("authorization") ?? "") : bearer;
  },
};

function passwordOf(authorization: string): string {
  const [, credentials] = /^Basic +([A-Za-z0-9+/]{1,1024}={0,2})$/i.exec(authorization) ?? [];
  if (credentials === undefined) return "";
  try {
    const text = atob(credentials);
    return text.slice(text.indexOf(":") + 1);
  } catch {
    return "";
  }
}
