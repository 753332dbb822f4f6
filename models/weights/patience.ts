/** Requests again what failed in passing. */
import { ANOTHER_HUB, OTHER_WAYS } from "./hub.ts";
import { DownloadError, PassingError } from "./transfer.ts";

/** How patiently to ask. */
export interface Patience {
  /** Requests in a row that bring nothing new before giving up. */
  readonly failuresMax: number;
  /** Waits before the next request; `failures` in a row have come before it. */
  readonly backoff: (failures: number, reason: string) => Promise<void>;
}

/**
 * Repeats a request while it fails in passing; one that brought bytes starts the count anew.
 *
 * @throws {DownloadError} when too many in a row brought nothing, and whatever else the request throws.
 */
export async function patiently<Value>(
  request: () => Promise<Value>,
  { url, failuresMax, backoff, bytesSoFar }: Patience & {
    readonly url: URL;
    /** Bytes that are kept between requests; of a request that keeps none, nothing. */
    readonly bytesSoFar?: () => number;
  },
): Promise<Value> {
  for (let failures = 0;;) {
    const before = bytesSoFar?.() ?? 0;
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      failures = (bytesSoFar?.() ?? 0) > before ? 1 : failures + 1;
      if (failures >= failuresMax) {
        const hint = bytesSoFar === undefined
          ? ANOTHER_HUB
          : `the same command goes on from ${bytesSoFar()} bytes, ${OTHER_WAYS}`;
        throw new DownloadError(
          `Cannot download ${url}: ${failures} requests in a row brought nothing, the last one because ` +
            `${error.message}; ${hint}`,
          { cause: error },
        );
      }
      await backoff(failures, error.message);
    }
  }
}
