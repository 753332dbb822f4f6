/** Downloads one large file: goes on where it stopped, and puts nothing in place whose digest is wrong. */
import { PartFile } from "./part_file.ts";
import { OTHER_WAYS } from "./hub.ts";
import { DownloadError, PassingError, transfer, type TransferOptions } from "./transfer.ts";

/** What to download, and how patiently. */
export interface DownloadOptions extends TransferOptions {
  /** Path of the file; its folder must exist. What has come so far lies beside it, in `<place>.part`. */
  readonly place: string;
  /** Requests in a row that bring nothing new before giving up. */
  readonly failuresMax: number;
  /** Waits before the next request; `failures` in a row have come before it. */
  readonly backoff: (failures: number, reason: string) => Promise<void>;
}

/**
 * Downloads a file.
 *
 * @throws {DownloadError} when the server refuses, the line fails too often, the disk is full or the digest is wrong.
 * What has come stays for the next time, unless its digest is wrong.
 */
export async function download(
  options: DownloadOptions,
): Promise<void> {
  using part = await PartFile.open(options.place);
  const expected = await transferPatiently(part, options);
  const actual = part.sha256;
  if (expected !== actual) {
    await part.restart(undefined);
    throw new DownloadError(
      `Cannot use ${options.url}: its SHA-256 must be ${expected}: current value is ${actual}, so it was deleted`,
    );
  }
  await part.finish(options.place);
}

async function transferPatiently(
  part: PartFile,
  options: DownloadOptions,
): Promise<string> {
  for (let failures = 0;;) {
    const before = part.byteLength;
    try {
      return await transfer(part, options);
    } catch (error) {
      if (!(error instanceof PassingError)) throw error;
      failures = part.byteLength > before ? 1 : failures + 1;
      if (failures >= options.failuresMax) {
        throw new DownloadError(
          `Cannot download ${options.url}: ${failures} requests in a row brought nothing, the last one because ` +
            `${error.message}; the same command goes on from ${part.byteLength} bytes, ` +
            OTHER_WAYS,
          { cause: error },
        );
      }
      await options.backoff(failures, error.message);
    }
  }
}
