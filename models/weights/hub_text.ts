/** Reads a small file of a hub, or what a hub says of a repository, as text. */
import { ANOTHER_HUB } from "./hub.ts";
import { type Patience, patiently } from "./patience.ts";
import { StallWatch } from "./stall_watch.ts";
import { ask, DownloadError, failureOf, readBody } from "./transfer.ts";

/** What to read, and how patiently. */
export interface HubTextOptions extends Patience {
  readonly url: URL;
  /** A longer text is refused. */
  readonly bytesMax: number;
  /** Silence on the line after which the request counts as failed. */
  readonly stallMsMax: number;
}

/** A text, and the commit it is of where the hub says so. */
export interface HubText {
  readonly text: string;
  readonly commit: string | undefined;
}

/**
 * Reads a text.
 *
 * @throws {RefusedError} when the server does not have it or does not give it.
 * @throws {DownloadError} when the line fails too often, the text is too long or no UTF-8.
 */
export async function readHubText(options: HubTextOptions): Promise<HubText> {
  return await patiently(() => readOnce(options), options);
}

async function readOnce({ url, bytesMax, stallMsMax }: HubTextOptions): Promise<HubText> {
  using watch = new StallWatch(stallMsMax);
  const reply = await ask(url, { headers: {}, signal: watch.signal });
  const { response, commit } = reply;
  try {
    if (response.status !== 200) {
      throw failureOf(url, reply, ANOTHER_HUB);
    }
    const chunks: Uint8Array[] = [];
    let byteLength = 0;
    for await (const chunk of readBody(response)) {
      watch.touch();
      byteLength += chunk.byteLength;
      if (byteLength > bytesMax) {
        throw new DownloadError(`Cannot use ${url}: it must have at most ${bytesMax} bytes`);
      }
      chunks.push(chunk);
    }
    return { text: await decode(url, chunks), commit };
  } finally {
    await response.body?.cancel().catch(() => {});
  }
}

async function decode(url: URL, chunks: readonly Uint8Array[]): Promise<string> {
  try {
    const bytes = await new Blob([...chunks] as BlobPart[]).bytes();
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DownloadError(`Cannot use ${url}: it is not UTF-8`, { cause });
  }
}
