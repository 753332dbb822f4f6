/**
 * Unary calls in Connect's protocol (connectrpc.com/docs/protocol), whose bodies are messages, and in gRPC-Web
 * (github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md), whose bodies are length-prefixed and end with their trailers.
 */
import { GatewayError } from "../../contract/errors.ts";
import { mediaType } from "./media_type.ts";

/** A byte of flags, the length as 32 bits big-endian. */
const PREFIX_BYTES = 5;
const TRAILER_FLAG = 0x80;
const TRAILER = new TextEncoder().encode("grpc-status: 0\r\n");

/** How messages are written, by content type. */
export interface RpcFormat {
  readonly type: string;
  /** Whether they are JSON, and not binary. */
  readonly isJson: boolean;
  /** Whether they are framed as gRPC-Web has it. */
  readonly isFramed: boolean;
}

const FORMATS: readonly RpcFormat[] = [
  { type: "application/proto", isJson: false, isFramed: false },
  { type: "application/json", isJson: true, isFramed: false },
  { type: "application/grpc-web+proto", isJson: false, isFramed: true },
  { type: "application/grpc-web", isJson: false, isFramed: true },
];

/**
 * The format of a request's content type.
 *
 * @throws {GatewayError} `unsupported_media_type`.
 */
export function readRpcFormat(contentType: string): RpcFormat {
  const type = mediaType(contentType);
  const format = FORMATS.find((format) => format.type === type);
  if (format !== undefined) return format;
  throw new GatewayError(
    "unsupported_media_type",
    `Cannot read call as its content-type must be ${
      FORMATS.map(({ type }) => type).join(", ")
    }; for gRPC itself there is the same protocol over HTTP, at /v2`,
  );
}

/**
 * The message of a body, a view of it.
 *
 * @throws {GatewayError} `invalid_body` where a frame is compressed, or not all of the body.
 */
export function rpcMessage(
  body: Uint8Array<ArrayBuffer>,
  { isFramed }: RpcFormat,
): Uint8Array<ArrayBuffer> {
  if (!isFramed) return body;
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const isWhole = body.length >= PREFIX_BYTES && view.getUint8(0) === 0 &&
    view.getUint32(1) === body.length - PREFIX_BYTES;
  if (isWhole) return body.subarray(PREFIX_BYTES);
  throw new GatewayError(
    "invalid_body",
    "Cannot read call as its body must be one frame, not compressed, of the length that it says",
  );
}

/** A good reply. */
export function rpcReply(
  message: Uint8Array<ArrayBuffer>,
  { type, isFramed }: RpcFormat,
): Response {
  const headers = { "content-type": type };
  if (!isFramed) return new Response(message, { headers });
  const bytes = new Uint8Array(2 * PREFIX_BYTES + message.length + TRAILER.length);
  const view = new DataView(bytes.buffer);
  const trailerStart = PREFIX_BYTES + message.length;
  view.setUint32(1, message.length);
  bytes.set(message, PREFIX_BYTES);
  view.setUint8(trailerStart, TRAILER_FLAG);
  view.setUint32(trailerStart + 1, TRAILER.length);
  bytes.set(TRAILER, trailerStart + PREFIX_BYTES);
  return new Response(bytes, { headers });
}
