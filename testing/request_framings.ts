/** Requests whose framing or host is not what RFC 9112 wants, and what becomes of each at the gateway and behind Caddy. */
import { RawClient } from "./raw_client.ts";

/** Status of the reply, and whether a second request on the same connection is answered. */
export interface FramingOutcome {
  readonly status: number;
  readonly isKept: boolean;
}

/** One request to /embed with three bytes that are no photo: 415 where it is read as it should be. */
export interface Framing {
  readonly name: string;
  /** Lines of the head behind the request line and the content type, with their line ends. */
  readonly head: string;
  readonly body: string;
  readonly gateway: FramingOutcome;
  readonly edge: FramingOutcome;
}

const HOST = "host: a\r\n";
const LENGTH = "content-length: 3\r\n";
const CHUNKED = "transfer-encoding: chunked\r\n";
const CHUNKS = "3\r\nabc\r\n0\r\n\r\n";

const READ = { status: 415, isKept: true };
const READ_AND_CLOSED = { status: 415, isKept: false };
const REFUSED = { status: 400, isKept: false };
const NOT_KNOWN = { status: 501, isKept: false };
/** Caddy begins the request to the gateway before it sees what is wrong with the body. */
const BROKEN_OFF = { status: 502, isKept: false };

type Request = Pick<Framing, "head" | "body">;
type Outcomes = readonly [gateway: FramingOutcome, edge: FramingOutcome];

/** Every case. */
export const FRAMINGS: readonly Framing[] = [
  framing("a length", { head: HOST + LENGTH, body: "abc" }, [READ, READ]),
  framing("chunks", { head: HOST + CHUNKED, body: CHUNKS }, [READ_AND_CLOSED, READ_AND_CLOSED]),
  framing("a length and chunks", { head: HOST + LENGTH + CHUNKED, body: CHUNKS }, [
    REFUSED,
    READ_AND_CLOSED,
  ]),
  // Deno drops the length, and Go drops it in either order.
  framing("chunks and a length", { head: HOST + CHUNKED + LENGTH, body: CHUNKS }, [
    READ_AND_CLOSED,
    READ_AND_CLOSED,
  ]),
  framing("two lengths", { head: `${HOST}${LENGTH}content-length: 4\r\n`, body: "abc" }, [
    REFUSED,
    REFUSED,
  ]),
  framing("a list of lengths", { head: `${HOST}content-length: 3, 4\r\n`, body: "abc" }, [
    REFUSED,
    REFUSED,
  ]),
  framing("a length with a sign", { head: `${HOST}content-length: +3\r\n`, body: "abc" }, [
    REFUSED,
    REFUSED,
  ]),
  framing("chunked twice", { head: HOST + CHUNKED + CHUNKED, body: CHUNKS }, [REFUSED, NOT_KNOWN]),
  framing("gzip, chunked", { head: `${HOST}transfer-encoding: gzip, chunked\r\n`, body: CHUNKS }, [
    REFUSED,
    NOT_KNOWN,
  ]),
  framing("xchunked", { head: `${HOST}transfer-encoding: xchunked\r\n`, body: CHUNKS }, [
    REFUSED,
    NOT_KNOWN,
  ]),
  // Deno tells no HTTP/1.1 without a host from HTTP/1.0 and HTTP/2, which need none.
  framing("no host", { head: LENGTH, body: "abc" }, [READ, REFUSED]),
  framing("two hosts", { head: `${HOST}host: b\r\n${LENGTH}`, body: "abc" }, [REFUSED, REFUSED]),
  framing("a host that is none", { head: `host: a b/c@d\r\n${LENGTH}`, body: "abc" }, [
    REFUSED,
    REFUSED,
  ]),
  // RFC 9112, section 2.2, lets a server take a bare LF for a line's end.
  framing("a bare LF", { head: `host: a\n${LENGTH}`, body: "abc" }, [READ, READ]),
  framing("a bare CR", { head: `host: a\rx: y\r\n${LENGTH}`, body: "abc" }, [REFUSED, REFUSED]),
  // RFC 9112, section 5.2: refused, or replaced by a space, which Go does.
  framing("a folded line", { head: `${HOST}x: b\r\n c\r\n${LENGTH}`, body: "abc" }, [
    REFUSED,
    READ,
  ]),
  framing("a space before the colon", { head: `${HOST}content-length : 3\r\n`, body: "abc" }, [
    REFUSED,
    REFUSED,
  ]),
  framing("a NUL", { head: `${HOST}x: a\0b\r\n${LENGTH}`, body: "abc" }, [REFUSED, REFUSED]),
  ...["0x3", "-3", "", "10000000000000003"].map((size) =>
    framing(`a chunk of ${size || "no"} bytes`, {
      head: HOST + CHUNKED,
      body: `${size}\r\nabc\r\n0\r\n\r\n`,
    }, [
      REFUSED,
      BROKEN_OFF,
    ])
  ),
  framing("chunks that end in a bare LF", { head: HOST + CHUNKED, body: "3\nabc\n0\n\n" }, [
    REFUSED,
    BROKEN_OFF,
  ]),
  framing("a chunk longer than it says", { head: HOST + CHUNKED, body: "3\r\nabcd\r\n0\r\n\r\n" }, [
    REFUSED,
    BROKEN_OFF,
  ]),
];

function framing(name: string, request: Request, [gateway, edge]: Outcomes): Framing {
  return { name, ...request, gateway, edge };
}

/** Sends it, and a second request right behind it, which is what is left over where a body ends early. */
export async function send(url: string, { head, body }: Framing): Promise<FramingOutcome> {
  using client = await RawClient.connect(url);
  await client.send(
    `POST /embed HTTP/1.1\r\ncontent-type: image/jpeg\r\n${head}\r\n${body}`,
    "GET /livez HTTP/1.1\r\nhost: a\r\n\r\n",
  );
  const { status } = await client.reply();
  const isKept = await client.reply().then((second) => second.status === 200, () => false);
  return { status, isKept };
}
