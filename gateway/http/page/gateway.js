/** The gateway that served this page: what it told of itself, and requests to it. */
import { byId } from "./element.js";

/** A request that never ends is given up, milliseconds. */
const TIMEOUT_MS = 120_000;

/** What `page_data.ts` wrote. */
export const GATEWAY = JSON.parse(byId("gateway").textContent);

/** A path of the gateway, which a proxy may have put below another one. */
export function addressOf(path) {
  return new URL(path, document.baseURI).href;
}

/** Why a request has no embedding, in words for people; `code` is the gateway's, or `unreachable`. */
export class Problem extends Error {
  constructor(message, { code, retryAfterMs } = {}) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Throws a `Problem` unless the gateway takes the key. */
export async function checkKey(key) {
  await ask("models", { headers: keyHeader(key) });
}

/** The path of a request for embeddings with its options, such as `embed?model=dct_512`. */
export function embedPath({ model, isUpright }) {
  const query = new URLSearchParams();
  if (model !== undefined) query.set("model", model);
  // Said either way: the operator may have changed what holds without it.
  if (isUpright !== undefined) query.set("orient", isUpright ? "exif" : "none");
  const text = query.toString();
  return text === "" ? "embed" : `embed?${text}`;
}

/** Embeds a photo, by its bytes as they are, or words by a JSON text. Throws a `Problem`. */
export async function embed(body, { type, key, signal, ...options }) {
  const startedMs = performance.now();
  const { reply, headers } = await ask(embedPath(options), {
    method: "POST",
    headers: { "content-type": type, ...keyHeader(key) },
    body,
    signal,
  });
  return {
    vector: Float32Array.from(reply.embedding),
    isTruncated: reply.truncated === true,
    serverTiming: headers.get("server-timing") ?? "",
    waitedMs: performance.now() - startedMs,
  };
}

function keyHeader(key) {
  return key === "" ? {} : { authorization: `Bearer ${key}` };
}

async function ask(path, { signal, ...init }) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const both = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  let response;
  try {
    response = await fetch(addressOf(path), { ...init, signal: both });
    if (response.ok) return { reply: await response.json(), headers: response.headers };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem("Cannot reach the gateway", { code: "unreachable" });
  }
  throw await problemOf(response);
}

async function problemOf(response) {
  const { error } = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  return new Problem(
    error?.message ?? `Cannot read the gateway's reply of status ${response.status}`,
    {
      code: error?.code ?? `status_${response.status}`,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    },
  );
}
