/** Good requests over slow lines: as long as they make progress they are answered as all others. */
import { embedHead, RawClient } from "../raw_client.ts";
import { FORM_TYPE, formBody } from "./forms.ts";
import { type GoodOutcome, hexOf, type KnownPhoto } from "./good_requests.ts";

/** More than twice the least rate. */
const BYTES_PER_SECOND = 40_000;
/** Large photos come on faster lines. */
const SECONDS_MAX = 3;
const PIECE_MS = 100;

/** The pieces of a body: every tenth of a second what is due by then, so that a busy client catches up. */
async function* slowly(body: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const rate = Math.max(BYTES_PER_SECOND, body.length / SECONDS_MAX);
  const startMs = performance.now();
  for (let offset = 0; offset < body.length;) {
    await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
    const due = Math.ceil(((performance.now() - startMs) / 1000) * rate);
    yield body.subarray(offset, due);
    offset = due;
  }
}

/** The reply to a body of a declared length. */
async function withLength(url: string, { bytes }: KnownPhoto): Promise<[number, string]> {
  using client = await RawClient.connect(url);
  await client.send(embedHead(`content-length: ${bytes.length}`));
  for await (const piece of slowly(bytes)) await client.send(piece);
  const { status, body } = await client.reply();
  return [status, body];
}

/** The reply to a body in chunks. */
async function inChunks(
  url: string,
  type: string,
  body: Uint8Array<ArrayBuffer>,
): Promise<[number, string]> {
  const response = await fetch(`${url}/embed`, {
    method: "POST",
    headers: { "content-type": type },
    body: ReadableStream.from(slowly(body)),
  });
  return [response.status, await response.text()];
}

const WAYS = {
  "slow line, length": withLength,
  "slow line, chunks": (url: string, { bytes }: KnownPhoto) => inChunks(url, "image/png", bytes),
  "slow line, form": async (url: string, { bytes }: KnownPhoto) => {
    const parts = [["name=image", bytes], ["name=orient", "none"]] as const;
    return await inChunks(url, FORM_TYPE, await formBody(parts));
  },
};

/** Sends the `turn`-th slow request and compares its vector with the known one, bit for bit. */
export async function sendSlowly(
  url: string,
  photos: readonly KnownPhoto[],
  turn: number,
): Promise<GoodOutcome> {
  const ways = Object.entries(WAYS);
  const [dialect, send] = ways[turn % ways.length] as [string, typeof withLength];
  const photo = photos[(turn * 5) % photos.length] as KnownPhoto;
  const [status, text] = await send(url, photo);
  const outcome = (verdict: string) => ({ dialect, images: 1, verdict });
  if (status !== 200) return outcome(`${status} ${text.slice(0, 200)}`);
  const isKnown = hexOf(JSON.parse(text).embedding) === photo.vector;
  return outcome(isKnown ? "ok" : `wrong vector of ${photo.name}`);
}
