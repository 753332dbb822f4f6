/** Bodies that crawl, break off or come in crumbs. */
import { embedHead, RawClient } from "../raw_client.ts";

/** One kind of bad request. */
export interface BadRequest {
  readonly name: string;
  /** The error code, or `left` where the client does not wait for one. */
  readonly expected: string;
  /** Sends it and tells the code of the reply, or `left`. */
  send(url: string): Promise<string>;
}

/** The code in a reply's body. */
export function codeIn(body: string): string {
  try {
    return JSON.parse(body).error.code;
  } catch {
    return "no code";
  }
}

/** Head and beginning of a body. */
type Start = readonly (string | Uint8Array)[];

/** What comes behind the beginning. */
type Rest = (client: RawClient) => Promise<void>;

const MIB = 1024 * 1024;
const TRICKLE_MS = 100;

/** A byte every tenth of a second, until the connection is closed. */
async function trickle(client: RawClient): Promise<void> {
  try {
    while (true) {
      await client.send(Uint8Array.of(0));
      await new Promise((resolve) => setTimeout(resolve, TRICKLE_MS));
    }
  } catch {
    // It was answered, and the connection closed.
  }
}

const stop: Rest = (client) => client.closeWrite();
const stall: Rest = () => Promise.resolve();

/** What becomes of it. */
async function outcome(url: string, start: Start, rest: Rest): Promise<string> {
  using client = await RawClient.connect(url);
  await client.send(...start);
  const sent = rest(client);
  const { body } = await client.reply();
  client.close();
  await sent;
  return codeIn(body);
}

/** All kinds; a photo's bytes are their beginning. */
export function createBadUploads(photo: Uint8Array): BadRequest[] {
  const head = embedHead(`content-length: ${photo.length}`);
  const long = embedHead(`content-length: ${4 * MIB}`);
  const chunked = embedHead("transfer-encoding: chunked");
  const kinds: readonly [name: string, expected: string, start: Start, rest: Rest][] = [
    ["broken chunks", "invalid_body", [chunked, "3\r\nabc\r\nZZ\r\n"], stall],
    ["crumbs", "invalid_body", [chunked, "1\r\nx\r\n".repeat(1000)], stall],
    ["stalls in its body", "body_timeout", [head, photo.subarray(0, 1000)], stall],
    ["ten bytes a second", "body_timeout", [head, photo.subarray(0, 10)], trickle],
    ["comes at once, then crawls", "body_timeout", [long, new Uint8Array(MIB)], trickle],
    ["stops in its body, and listens", "invalid_body", [head, photo.subarray(0, 1000)], stop],
  ];
  return kinds.map(([name, expected, start, rest]) => ({
    name,
    expected,
    send: (url) => outcome(url, start, rest),
  }));
}
