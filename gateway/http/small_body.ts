/** Bodies of requests that name a model and no more, for which no permit is needed. */
import { limitError } from "../contract/errors.ts";
import { abortable, type Deadline } from "../work/deadline.ts";

const BYTES_MAX = 4096;

/**
 * Reads a body.
 *
 * @throws {GatewayError} `body_too_large`, or the deadline's reason where it does not end in time.
 */
export async function readSmallBody(
  { body }: Request,
  deadline: Pick<Deadline, "signal">,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(BYTES_MAX);
  let length = 0;
  if (body === null) return bytes.subarray(0, 0);
  const reader = body.getReader();
  try {
    while (true) {
      const { done, value } = await abortable(reader.read(), deadline.signal);
      if (done) return bytes.slice(0, length);
      if (length + value.length > BYTES_MAX) {
        throw limitError("body_too_large", {
          action: "read body",
          quantity: "its bytes",
          limit: BYTES_MAX,
        });
      }
      bytes.set(value, length);
      length += value.length;
    }
  } catch (thrown) {
    await reader.cancel().catch(() => {});
    throw thrown;
  }
}
