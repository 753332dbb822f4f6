/** Frames of HTTP/2: nine bytes of length, type, flags and stream, then the payload (RFC 9113, sections 4.1 and 6). */

/** What a frame is. */
export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const;

/** Bits of a frame's flags; which of them a frame can have is its type's. */
export const Flag = {
  END_STREAM: 0x1,
  ACK: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const;

/** Bytes before a frame's payload. */
export const FRAME_HEAD_BYTES = 9;
/** The longest payload that everybody takes; what we allow our peer. */
export const FRAME_BYTES_MAX = 16_384;
/** Numbers of streams and windows have 31 bits. */
export const MAX_31_BITS = 2 ** 31 - 1;

/** A frame as it came. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  /** 0 is the connection itself. */
  readonly streamId: number;
  /** Lies in the reader's buffer: it changes when more is read. */
  readonly payload: Uint8Array;
}

/** What a frame's head says beside the length of its payload. */
export interface FrameKind {
  readonly type: number;
  readonly flags?: number;
  /** The connection itself unless given. */
  readonly streamId?: number;
}

/** The head of a frame whose payload is sent behind it. */
export function encodeHead(
  { type, flags = 0, streamId = 0 }: FrameKind,
  payloadBytes: number,
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, (payloadBytes << 8) | type);
  view.setUint8(4, flags);
  view.setUint32(5, streamId);
  return head;
}

/** Numbers of 32 bits, big-endian, as most short payloads are made of. */
export function uint32s(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => view.setUint32(index * 4, value));
  return new Uint8Array(view.buffer);
}

/** A number of 32 bits at an offset. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset);
}
