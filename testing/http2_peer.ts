/** A server of HTTP/2 frames that a test writes by hand, for what no good server would send. */
import { encodeHead, Flag, type Frame, type FrameKind, FrameType } from "../triton/http2/frame.ts";
import { FrameReader } from "../triton/http2/frame_reader.ts";
import { encodeHeaders } from "../triton/http2/header_block.ts";

const PREFACE_BYTES = 24;
const OK_FIELDS = encodeHeaders([[":status", "200"], ["content-type", "application/grpc"]]);

/** A whole frame, with no payload unless there is one. */
export function encodeFrame(
  { payload = new Uint8Array(), ...kind }: FrameKind & { readonly payload?: Uint8Array },
): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...encodeHead(kind, payload.byteLength), ...payload]);
}

/** One connection from the server's side. */
export class Http2Peer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #reader = new FrameReader();
  readonly #frames: Frame[] = [];
  #connection: Deno.TcpConn | undefined;
  #isDisposed = false;

  /** Where it listens. */
  get address(): { host: string; port: number } {
    const { hostname, port } = this.#listener.addr;
    return { host: hostname, port };
  }

  /** Takes the client's connection and its preface; sends settings unless told otherwise. */
  async accept(...frames: Uint8Array[]): Promise<void> {
    this.#connection = await this.#listener.accept();
    await this.send(...(frames.length > 0 ? frames : [encodeFrame({ type: FrameType.SETTINGS })]));
    const preface = new Uint8Array(PREFACE_BYTES);
    for (let read = 0; read < PREFACE_BYTES;) {
      read += await this.#connection.read(preface.subarray(read)) ?? PREFACE_BYTES;
    }
  }

  async send(...frames: Uint8Array[]): Promise<void> {
    const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
    for (let sent = 0; sent < bytes.byteLength;) {
      sent += await this.#connection?.write(bytes.subarray(sent)) ?? bytes.byteLength;
    }
  }

  /** The client's next frame of a type, whatever comes before it; nothing when the client has closed. */
  async next(type: number): Promise<Frame | undefined> {
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const frame = this.#frames.shift();
      if (frame?.type === type) return frame;
      if (frame !== undefined) continue;
      const read = await this.#connection?.read(buffer).catch(() => null) ?? null;
      if (read === null) return undefined;
      this.#reader.read(buffer.subarray(0, read), (one) => {
        this.#frames.push({ ...one, payload: Uint8Array.from(one.payload) });
      });
    }
  }

  /** The fields with which a good reply begins. */
  static ok(streamId: number, flags = 0): Uint8Array {
    return encodeFrame({
      type: FrameType.HEADERS,
      flags: Flag.END_HEADERS | flags,
      streamId,
      payload: OK_FIELDS,
    });
  }

  // deno-lint-ignore require-await
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#connection?.close();
    this.#listener.close();
  }
}
