/** What frames carry beside plain bytes (RFC 9113, section 6). */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { Flag, type Frame, FrameType, MAX_31_BITS, readUint32 } from "./frame.ts";

const PRIORITY_BYTES = 5;
/** Frames that belong to no stream. */
const OF_CONNECTION: ReadonlySet<number> = new Set([
  FrameType.SETTINGS,
  FrameType.PING,
  FrameType.GOAWAY,
]);

/** @throws {Http2Error} when a frame of the connection names a stream. */
export function assertPlace({ type, streamId }: Frame): void {
  if (streamId === 0 || !OF_CONNECTION.has(type)) return;
  throw new Http2Error(ErrorCode.PROTOCOL_ERROR, `stream ${streamId} where none can be`);
}

/**
 * The payload of a frame with data, without its padding.
 *
 * @throws {Http2Error} when there is more padding than frame.
 */
export function dataOf(frame: Frame): Uint8Array {
  return withoutPadding(frame, frame.payload);
}

/**
 * The part of a header block in a frame that begins one.
 *
 * @throws {Http2Error} when padding and priority are more than the frame.
 */
export function headersOf(frame: Frame): Uint8Array {
  const payload = withoutPadding(frame, frame.payload);
  if ((frame.flags & Flag.PRIORITY) === 0) return payload;
  if (payload.byteLength < PRIORITY_BYTES) {
    throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, "headers without room for their priority");
  }
  return payload.subarray(PRIORITY_BYTES);
}

/**
 * The code that a stream was reset with.
 *
 * @throws {Http2Error} when the frame is none.
 */
export function resetCodeOf(frame: Frame): number {
  assertBytes(frame, 4, "a reset");
  return readUint32(frame.payload, 0);
}

/**
 * The bytes that a frame grants, at least 1.
 *
 * @throws {Http2Error} when the frame is none, or grants nothing.
 */
export function grantOf(frame: Frame): number {
  assertBytes(frame, 4, "a window update");
  const byteLength = readUint32(frame.payload, 0) & MAX_31_BITS;
  if (byteLength > 0) return byteLength;
  throw new Http2Error(ErrorCode.PROTOCOL_ERROR, "a window update of nothing");
}

/**
 * The bytes of a ping, which go back as they are.
 *
 * @throws {Http2Error} when the frame is none.
 */
export function pingOf(frame: Frame): Uint8Array<ArrayBuffer> {
  assertBytes(frame, 8, "a ping");
  return Uint8Array.from(frame.payload);
}

/**
 * A peer's farewell: the last stream that it may have worked on, and why.
 *
 * @throws {Http2Error} when the frame is none.
 */
export function farewellOf({ payload }: Frame): {
  readonly lastStreamId: number;
  readonly code: number;
} {
  if (payload.byteLength < 8) {
    throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `a farewell of ${payload.byteLength} bytes`);
  }
  return { lastStreamId: readUint32(payload, 0) & MAX_31_BITS, code: readUint32(payload, 4) };
}

function withoutPadding({ flags }: Frame, payload: Uint8Array): Uint8Array {
  if ((flags & Flag.PADDED) === 0) return payload;
  const [padding = 0] = payload;
  if (padding >= payload.byteLength) {
    throw new Http2Error(ErrorCode.PROTOCOL_ERROR, "more padding than frame");
  }
  return payload.subarray(1, payload.byteLength - padding);
}

function assertBytes({ payload }: Frame, byteLength: number, what: string): void {
  if (payload.byteLength === byteLength) return;
  throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `${what} of ${payload.byteLength} bytes`);
}
