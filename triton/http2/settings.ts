/** What each side tells the other about itself (RFC 9113, section 6.5). */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { FRAME_BYTES_MAX, MAX_31_BITS } from "./frame.ts";

const SettingId = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
} as const;

const SETTING_BYTES = 6;
const FRAME_BYTES_LIMIT = 2 ** 24 - 1;

/** What a server says that a client has to heed; what it has never said is what everybody may take for granted. */
export interface PeerSettings {
  readonly concurrentStreamsMax: number;
  /** Bytes of data that a new stream may send before it is told of more. */
  readonly initialWindowBytes: number;
  readonly frameBytesMax: number;
}

/** Bytes of data that either side may send before it is told of more: of a stream, and of the connection. */
export const DEFAULT_WINDOW_BYTES = 65_535;

/** What holds before the first settings have come. */
export const DEFAULT_SETTINGS: PeerSettings = {
  concurrentStreamsMax: Infinity,
  initialWindowBytes: DEFAULT_WINDOW_BYTES,
  frameBytesMax: FRAME_BYTES_MAX,
};

/** The payload of our own settings: no pushed streams, no table of header fields, and so much of a reply at once. */
export function encodeSettings(
  { streamWindowBytes }: { readonly streamWindowBytes: number },
): Uint8Array<ArrayBuffer> {
  const settings = [
    [SettingId.HEADER_TABLE_SIZE, 0],
    [SettingId.ENABLE_PUSH, 0],
    [SettingId.INITIAL_WINDOW_SIZE, streamWindowBytes],
  ] as const;
  const view = new DataView(new ArrayBuffer(settings.length * SETTING_BYTES));
  settings.forEach(([id, value], index) => {
    view.setUint16(index * SETTING_BYTES, id);
    view.setUint32(index * SETTING_BYTES + 2, value);
  });
  return new Uint8Array(view.buffer);
}

/**
 * What holds after the peer's settings.
 *
 * @throws {Http2Error} when a value cannot be.
 */
export function applySettings(before: PeerSettings, payload: Uint8Array): PeerSettings {
  if (payload.byteLength % SETTING_BYTES !== 0) {
    throw new Http2Error(ErrorCode.FRAME_SIZE_ERROR, `settings of ${payload.byteLength} bytes`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const settings = { ...before };
  for (let offset = 0; offset < payload.byteLength; offset += SETTING_BYTES) {
    const value = view.getUint32(offset + 2);
    switch (view.getUint16(offset)) {
      case SettingId.MAX_CONCURRENT_STREAMS:
        settings.concurrentStreamsMax = value;
        break;
      case SettingId.INITIAL_WINDOW_SIZE:
        if (value > MAX_31_BITS) {
          throw new Http2Error(ErrorCode.FLOW_CONTROL_ERROR, `a window of ${value} bytes`);
        }
        settings.initialWindowBytes = value;
        break;
      case SettingId.MAX_FRAME_SIZE:
        if (value < FRAME_BYTES_MAX || value > FRAME_BYTES_LIMIT) {
          throw new Http2Error(ErrorCode.PROTOCOL_ERROR, `frames of ${value} bytes`);
        }
        settings.frameBytesMax = value;
        break;
    }
  }
  return settings;
}
