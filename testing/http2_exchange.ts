/** Requests over an `Http2Connection`, and what becomes of them. */
import { Http2Connection, type Http2ConnectionOptions } from "../triton/http2/connection.ts";
import { encodeHeaders, type HeaderFields } from "../triton/http2/header_block.ts";
import type { Http2Request, StreamListener } from "../triton/http2/stream.ts";
import { Http2Peer } from "./http2_peer.ts";

/** A request of the given body, or of one byte. */
export function request(...chunks: Uint8Array[]): Http2Request {
  const head = encodeHeaders([
    [":method", "POST"],
    [":scheme", "http"],
    [":path", "/service/Method"],
    [":authority", "here"],
  ]);
  return { head, chunks: chunks.length > 0 ? chunks : [Uint8Array.of(1)] };
}

/** What became of a request. */
export class Outcome implements StreamListener {
  readonly fields: HeaderFields[] = [];
  readonly bytes: number[] = [];
  readonly #settled = Promise.withResolvers<string>();

  /** "end", or why it is none. */
  get end(): Promise<string> {
    return this.#settled.promise;
  }

  onHeaders(fields: HeaderFields): void {
    this.fields.push(fields);
  }
  onData(bytes: Uint8Array): void {
    this.bytes.push(...bytes);
  }
  onEnd(): void {
    this.#settled.resolve("end");
  }
  onReset(code: number): void {
    this.#settled.resolve(`reset ${code}`);
  }
  onLost(error: Error, wasSent: boolean): void {
    this.#settled.resolve(`lost ${wasSent ? "sent" : "unsent"}: ${error.message}`);
  }
}

/** Sends a request; what becomes of it. */
export function ask(connection: Http2Connection, ...chunks: Uint8Array[]): Outcome {
  const outcome = new Outcome();
  connection.request(request(...chunks), outcome);
  return outcome;
}

/** A peer, and a connection to it that has been accepted. */
export async function meet(
  stack: AsyncDisposableStack,
  { frames = [], ...options }: { frames?: Uint8Array[] } & Partial<Http2ConnectionOptions> = {},
): Promise<{ peer: Http2Peer; connection: Http2Connection }> {
  const peer = stack.use(new Http2Peer());
  const connection = new Http2Connection({
    ...peer.address,
    streamWindowBytes: 1000,
    ...options,
  });
  stack.defer(() => connection.close());
  await peer.accept(...frames);
  return { peer, connection };
}
