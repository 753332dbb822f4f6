/** How a model hub answers: a redirect that carries commit and digest, then the file itself from somewhere else. */
import type { WeightsSpec } from "../contract/manifest.ts";

/** Used unless `HF_ENDPOINT` names a mirror. */
export const DEFAULT_HUB = "https://huggingface.co";

/** What to do where the hub cannot be reached, for the end of a message. */
export const ANOTHER_HUB = "HF_ENDPOINT=URL takes a mirror";
/** The same of weights. */
export const OTHER_WAYS =
  `${ANOTHER_HUB}, --weights FILE a file that is here (docs/closed-networks.md)`;

const REDIRECTS_MAX = 5;

/** The last answer of a chain of redirects. */
export interface HubReply {
  readonly response: Response;
  /** The file's SHA-256 as the hub reports it, in hex. */
  readonly sha256: string | undefined;
  /** The commit that the revision stands for, as the hub reports it, in hex. */
  readonly commit: string | undefined;
  /** Why the hub refuses, in a word of its own such as `GatedRepo` or `EntryNotFound`. */
  readonly refusal: string | undefined;
}

/** A file of a repository. */
export type HubFile = Pick<WeightsSpec, "repo" | "revision" | "file">;

/**
 * Where a hub has a file.
 *
 * @throws {RangeError} when the endpoint is no URL.
 */
export function hubUrl(endpoint: string, { repo, revision, file }: HubFile): URL {
  return urlBelow(endpoint, `${repo}/resolve/${revision}/${file}`);
}

/**
 * Where a hub describes a repository.
 *
 * @throws {RangeError} when the endpoint is no URL.
 */
export function hubApiUrl(endpoint: string, { repo, revision }: Omit<HubFile, "file">): URL {
  return urlBelow(endpoint, `api/models/${repo}/revision/${revision}`);
}

function urlBelow(endpoint: string, path: string): URL {
  const url = URL.parse(path, endpoint.endsWith("/") ? endpoint : `${endpoint}/`);
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
  init: {
    readonly headers: Record<string, string>;
    readonly signal: AbortSignal;
  },
): Promise<HubReply> {
  let sha256: string | undefined;
  let commit: string | undefined;
  let current = url;
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await fetch(current, { ...init, redirect: "manual" });
    sha256 ??= readDigest(response.headers.get("x-linked-etag"));
    commit ??= readCommit(response.headers.get("x-repo-commit"));
    const location = response.headers.get("location");
    if (response.status < 300 || response.status >= 400 || location === null) {
      const refusal = response.headers.get("x-error-code") ?? undefined;
      return { response, sha256, commit, refusal };
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

function readCommit(commit: string | null): string | undefined {
  return /^[0-9a-f]{40}$/.exec(commit ?? "")?.[0];
}
