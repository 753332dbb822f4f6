/** Downloads one large file: goes on where it stopped, and puts nothing in place whose digest is wrong. */
import { PartFile } from "./part_file.ts";
import { type Patience, patiently } from "./patience.ts";
import { DownloadError, transfer, type TransferOptions } from "./transfer.ts";

/** What to download, and how patiently. */
export interface DownloadOptions extends TransferOptions, Patience {
  /** Path of the file; its folder must exist. What has come so far lies beside it, in `<place>.part`. */
  readonly place: string;
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

async function transferPatiently(part: PartFile, options: DownloadOptions): Promise<string> {
  return await patiently(() => transfer(part, options), {
    ...options,
    bytesSoFar: () => part.byteLength,
  });
}
