/** One attempt of a request. */
import { failure, replyError } from "./embedding_error.ts";
import type { Target } from "./route.ts";

/** A request, and how its reply is read. */
export interface Exchange<Result> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly init: RequestInit;
  readonly read: (response: Response, target: Target) => Promise<Result>;
}

/** Who is asked, and how long that may take. */
interface Attempt {
  readonly target: Target;
  /** Until the reply is read. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sends a request and reads its reply. @throws {EmbeddingError} or the signal's reason. */
export async function attempt<Result>(
  { path, query = {}, init, read }: Exchange<Result>,
  { target, timeoutMs, signal }: Attempt,
): Promise<Result> {
  const { url, key } = target;
  const headers = new Headers(init.headers);
  if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
  // Not AbortSignal.timeout(), which keeps the request, and with it the photo, until its time has come.
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new DOMException(`No reply in ${timeoutMs} ms`, "TimeoutError")),
    timeoutMs,
  );
  const search = new URLSearchParams(query).toString();
  try {
    const response = await fetch(`${url}${path}${search === "" ? "" : `?${search}`}`, {
      ...init,
      headers,
      signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
    });
    if (!response.ok) throw await replyError(response);
    return await read(response, target);
  } catch (cause) {
    throw failure(cause, { signal, timeoutMs, url });
  } finally {
    clearTimeout(timer);
  }
}
