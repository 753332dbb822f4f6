/** What the peer may send on a connection, and when it is told that it may send more. */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { DEFAULT_WINDOW_BYTES } from "./settings.ts";

/** Holds the replies of many calls: each may send as much as its stream allows. */
const WINDOW_BYTES = 16 * 2 ** 20;

/** What opens it, to be granted behind the settings. */
export const OPENING_BYTES: number = WINDOW_BYTES - DEFAULT_WINDOW_BYTES;

/** The window of the whole connection; each stream's own is that of the settings. */
export class IncomingWindow {
  #receivedBytes = 0;

  /**
   * Counts a payload of data, padding included.
   *
   * @returns The bytes to grant: all that were received, once they are half of the window, else 0.
   * @throws {Http2Error} when it is more than was allowed.
   */
  receive(byteLength: number): number {
    this.#receivedBytes += byteLength;
    if (this.#receivedBytes > WINDOW_BYTES) {
      throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, "data beyond the connection's window");
    }
    if (this.#receivedBytes < WINDOW_BYTES / 2) return 0;
    const grantedBytes = this.#receivedBytes;
    this.#receivedBytes = 0;
    return grantedBytes;
  }
}
