/** Measures a link against its own settings: delay by small messages, bandwidth by large ones. */
import { epochMs } from "../../testing/timing/clock.ts";
import { summarize } from "../timing/statistics.ts";
import { HttpConnection } from "../ways/http_connection.ts";
import type { LinkProcess } from "./link_process.ts";

/** What the link should do and what it does. */
export interface LinkAccuracy {
  readonly rttMs: number;
  /** Medians; the round trip of the machine's own loopback, by the same messages, is taken off. */
  readonly rttMsMeasured: number;
  readonly loopbackRttMs: number;
  readonly mbitPerSecond: number | null;
  readonly mbitPerSecondUp: number | null;
  readonly mbitPerSecondDown: number | null;
}

/** Time that a bandwidth measurement fills the line. */
const TRANSFER_MS = 600;
const PINGS = 30;
/** These open the connection and compile the code. */
const WARM_UP_PINGS = 3;

/** Takes some two seconds. */
export async function measureLink(link: LinkProcess): Promise<LinkAccuracy> {
  await using meter = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    answerMeter,
  );
  const direct = `http://127.0.0.1:${meter.addr.port}`;
  const shaped = await link.through(direct);
  const { rttMs, mbitPerSecond } = link.profile;
  const isShaped = Number.isFinite(mbitPerSecond);
  const bytes = Math.round(mbitPerSecond * 125 * TRANSFER_MS);
  const loopbackRttMs = await pingMs(direct);
  return {
    rttMs,
    rttMsMeasured: await pingMs(shaped) - loopbackRttMs,
    loopbackRttMs,
    mbitPerSecond: isShaped ? mbitPerSecond : null,
    mbitPerSecondUp: isShaped ? await uploadRate(shaped, bytes) : null,
    mbitPerSecondDown: isShaped ? await downloadRate(shaped, bytes) : null,
  };
}

/** Takes a body and tells how fast it came, or sends so many bytes as the path says. */
async function answerMeter({ method, body, url }: Request): Promise<Response> {
  if (method === "POST" && body !== null) return Response.json(await rateOf(body));
  return new Response(new Uint8Array(Number(new URL(url).pathname.slice(1))));
}

async function pingMs(url: string): Promise<number> {
  using connection = await HttpConnection.connect(url);
  const request = new TextEncoder().encode("GET /1 HTTP/1.1\r\nhost: meter\r\n\r\n");
  const samples: number[] = [];
  for (let ping = 0; ping < PINGS + WARM_UP_PINGS; ping++) {
    const started = epochMs();
    await connection.exchange(request);
    samples.push(epochMs() - started);
  }
  return summarize(samples.slice(WARM_UP_PINGS)).p50;
}

async function uploadRate(url: string, bytes: number): Promise<number> {
  return await (await fetch(url, { method: "POST", body: new Uint8Array(bytes) })).json();
}

async function downloadRate(url: string, bytes: number): Promise<number> {
  const { body } = await fetch(`${url}/${bytes}`);
  return body === null ? NaN : await rateOf(body);
}

/** Megabits a second from the end of the first piece to the end of the last. */
async function rateOf(body: ReadableStream<Uint8Array>): Promise<number> {
  let received = 0;
  let startedMs: number | undefined;
  for await (const piece of body) {
    if (startedMs === undefined) startedMs = epochMs();
    else received += piece.length;
  }
  return (received * 8) / 1000 / (epochMs() - (startedMs ?? NaN));
}
