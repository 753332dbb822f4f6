/** What went wrong with a stream or a connection, as HTTP/2 numbers it (RFC 9113, section 7). */
export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;

const NAMES = new Map<number, string>(
  Object.entries(ErrorCode).map(([name, code]) => [code, name]),
);

/** The name of a code, or its number where it has none. */
export function errorName(code: number): string {
  return NAMES.get(code) ?? String(code);
}

/** The peer broke a rule that ends the connection. */
export class Http2Error extends Error {
  override readonly name = "Http2Error";

  /** @param code What the peer is told. */
  constructor(readonly code: number, problem: string) {
    super(`${problem} (${errorName(code)})`);
  }
}
