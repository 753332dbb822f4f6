/** How a model hub answers: a redirect that carries the file's digest, then the file itself from somewhere else. */
import type { WeightsSpec } from "../contract/manifest.ts";

/** Used unless `HF_ENDPOINT` names a mirror. */
export const DEFAULT_HUB = "https://huggingface.co";

/** What to do where the hub cannot be reached, for the end of a message. */
export const OTHER_WAYS =
  "HF_ENDPOINT=URL takes a mirror, --weights FILE a file that is here (docs/closed-networks.md)";

const REDIRECTS_MAX = 5;

/** The last answer of a chain of redirects. */
export interface HubReply {
  readonly response: Response;
  /** The file's SHA-256 as the hub reports it, in hex. */
  readonly sha256: string | undefined;
}

/**
 * Where a hub has a checkpoint.
 *
 * @throws {RangeError} when the endpoint is no URL.
 */
export function hubUrl(endpoint: string, { repo, revision, file }: WeightsSpec): URL {
  const base = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
  const url = URL.parse(`${repo}/resolve/${revision}/${file}`, base);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RangeError(`Cannot use ${endpoint} as model hub: it must be an http or https URL`);
  }
  return url;
}

/**
 * Requests a file and follows redirects by hand: the digest stands in the header of one of them, which `fetch` would
 * not show.
 *
 * @throws {TypeError} when the server cannot be reached, or redirects without an end.
 */
export async function requestFile(
  url: URL,
  init: { readonly headers: Record<string, string>; readonly signal: AbortSignal },
): Promise<HubReply> {
  let sha256: string | undefined;
  let current = url;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await fetch(current, { ...init, redirect: "manual" });
    sha256 ??= readDigest(response.headers.get("x-linked-etag"));
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      return { response, sha256 };
    }
    await response.body?.cancel();
    current = new URL(location, current);
  }
  throw new TypeError(`Cannot follow more than ${REDIRECTS_MAX} redirects from ${url}`);
}

/** The ETag of a large file is its SHA-256; that of a small one is something else. */
function readDigest(etag: string | null): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag ?? "")?.[1];
}
