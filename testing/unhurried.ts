/** Settings by which no request of a test is late, however slow its machine is: a test of lateness has its own. */

/** The times that a request and an image may take: a worker that starts with its first job takes seconds of a busy core. */
export const UNHURRIED = {
  GATEWAY_REQUEST_TIMEOUT_MS: "60000",
  GATEWAY_IMAGE_TIMEOUT_MS: "60000",
} as const;
