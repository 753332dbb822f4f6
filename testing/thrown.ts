/** What a call throws, for tests that look at more than its type. */
import { GatewayError, InputFailure } from "../gateway/contract/errors.ts";

/**
 * Runs what must fail.
 *
 * @throws {Error} when it does not fail, or not with an error of the catalogue.
 */
export function thrownBy(run: () => unknown): GatewayError {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof GatewayError) return thrown;
    throw thrown;
  }
  throw new Error("Cannot tell what was thrown: nothing was");
}

/** As `thrownBy`, for promises. */
export async function rejectedBy(promise: Promise<unknown>): Promise<GatewayError> {
  const result = await promise.then(() => undefined, (thrown) => ({ thrown }));
  return thrownBy(() => {
    if (result !== undefined) throw result.thrown;
  });
}

/** Which input of a request failed it, from 0. */
export function failedAt(error: GatewayError): number | undefined {
  return error instanceof InputFailure ? error.index : undefined;
}
