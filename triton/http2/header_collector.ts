/** Header blocks, which come in one frame or in several in a row (RFC 9113, section 4.3). */
import { ErrorCode, Http2Error } from "./error_code.ts";
import { Flag, type Frame, FrameType } from "./frame.ts";
import { decodeHeaders, type HeaderFields } from "./header_block.ts";
import { joinBytes } from "./join_bytes.ts";
import { headersOf } from "./payload.ts";

/** Of a packed block, in all its frames. */
const BLOCK_BYTES_MAX = 64 * 1024;

/** Fields of a stream that have all come. */
export interface Headers {
  readonly streamId: number;
  readonly fields: HeaderFields;
  /** Whether nothing comes behind them. */
  readonly isEnd: boolean;
}

interface OpenBlock {
  readonly streamId: number;
  readonly isEnd: boolean;
  readonly parts: Uint8Array[];
  byteLength: number;
}

/** Joins the frames of one block after the other. */
export class HeaderCollector {
  #block: OpenBlock | undefined;

  /**
   * Takes each frame of a connection in turn; what is no part of a block passes, unless a block is unfinished.
   *
   * @returns The fields when their last frame came.
   * @throws {Http2Error} when the frame does not belong where it is, or the block cannot be read.
   */
  add(frame: Frame): Headers | undefined {
    const { type, flags, streamId } = frame;
    const isMore = type === FrameType.CONTINUATION;
    if (isMore !== (this.#block !== undefined) || (isMore && this.#block?.streamId !== streamId)) {
      throw new Http2Error(ErrorCode.PROTOCOL_ERROR, "a frame amid or without headers");
    }
    if (!isMore && type !== FrameType.HEADERS) return undefined;
    const part = isMore ? frame.payload : headersOf(frame);
    const isLast = (flags & Flag.END_HEADERS) !== 0;
    const isEnd = (flags & Flag.END_STREAM) !== 0;
    if (!isMore && isLast) return { streamId, fields: decodeHeaders(part), isEnd };
    const block = this.#block ??= { streamId, isEnd, parts: [], byteLength: 0 };
    block.parts.push(Uint8Array.from(part));
    block.byteLength += part.byteLength;
    if (block.byteLength > BLOCK_BYTES_MAX) {
      throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, "headers beyond 64 KiB");
    }
    if (!isLast) return undefined;
    this.#block = undefined;
    return { streamId, fields: decodeHeaders(joinBytes(block.parts)), isEnd: block.isEnd };
  }
}
