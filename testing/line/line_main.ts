// deno-lint-ignore-file no-console
/** `deno task client:line`: what a client makes of the bench's line, alone and beside a second one. */
import { LinkProcess } from "../../bench/link/link_process.ts";
import { bytesPerMs, describeProfile, LINK_PROFILES } from "../../bench/link/profile.ts";
import { embedAll, EmbeddingClient, type EmbedJob } from "../../client/mod.ts";
import { IMAGE_BATCH_TYPE, IMAGE_LENGTH_BYTES } from "../../gateway/contract/image_batch.ts";
import { positive, runProgram, UsageError } from "../../command/program.ts";
import { seededRandom } from "../mosaic.ts";

const HELP = `Usage: deno task client:line [--bytes 100000] [--batch-bytes 0] [--seconds 20]

Sends photos of random bytes over the shaped link of the bench (25 ms, 30 Mbit/s), to a server that reads them and
answers at once, so that nothing but the line is filled: first with 32 requests in flight, which tells what line and
machine carry, then with as many as the client learns, then beside a second client. Prints, by the second, which part
of the line each has filled with photos, and what it keeps in flight.

  --bytes N        of a photo on average; the others have half as many to half as many again (default 100000)
  --batch-bytes N  sends photos together, up to so many bytes (default 0: a photo a request)
  --seconds N      of each of the three (default 20, at least 12)
  --help           print this text and exit

Exit codes: 0 from the tenth second on the client filled nine tenths of what 32 requests did, and the smaller part of
two is at least 0.7 of the larger one; 1 otherwise; 64 for bad arguments.`;

const FILLED_MIN = 0.9;
const FAIRNESS_MIN = 0.7;
const SETTLED_SECONDS = 10;
/** More than any photo size needs on this line. */
const FULL = 32;

/** What a client has had replies for, by the second. */
interface Sender {
  readonly bytes: number[];
  readonly concurrency: number[];
  readonly ended: Promise<void>;
}

const VECTOR = new Uint8Array(2048);
const HEADERS = { "x-embedding-space": "s1", "x-preprocess-id": "p1" };

/** Answers as a gateway does, once it has read all of a photo, or of several. */
function serve() {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    // Who has gone reads no reply.
    const body = await request.arrayBuffer().catch(() => new ArrayBuffer());
    if (request.headers.get("content-type") !== IMAGE_BATCH_TYPE) {
      return new Response(VECTOR, { headers: HEADERS });
    }
    const embedding = VECTOR.toBase64();
    const results = Array.from({ length: imageCount(body) }, () => ({ embedding }));
    return Response.json({ results }, { headers: HEADERS });
  });
}

function imageCount(body: ArrayBuffer): number {
  const view = new DataView(body);
  let count = 0;
  for (let at = 0; at < body.byteLength; count++) {
    at += IMAGE_LENGTH_BYTES + view.getUint32(at, true);
  }
  return count;
}

interface SendOptions {
  readonly url: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly startMs: number;
  readonly batchBytes: number;
  readonly concurrency?: number;
}

function send({ url, bytes, signal, startMs, ...options }: SendOptions): Sender {
  const sender = { bytes: [] as number[], concurrency: [] as number[] };
  const random = seededRandom(startMs);
  const noise = crypto.getRandomValues(new Uint8Array(65_536));
  function* jobs(): Generator<EmbedJob<number>> {
    for (;;) {
      const size = Math.round(bytes * (0.5 + random()));
      const photo = new Uint8Array(size);
      for (let start = 0; start < size; start += noise.length) {
        photo.set(noise.subarray(0, Math.min(noise.length, size - start)), start);
      }
      yield { tag: size, read: () => Promise.resolve(photo) };
    }
  }
  const run = async () => {
    let concurrency = 0;
    const all = embedAll(new EmbeddingClient({ url }), jobs(), {
      ...options,
      signal,
      onProgress: (progress) => concurrency = progress.concurrency,
    });
    for await (const { tag } of all) {
      const second = Math.floor((performance.now() - startMs) / 1000);
      sender.bytes[second] = (sender.bytes[second] ?? 0) + tag;
      sender.concurrency[second] = concurrency;
    }
  };
  const ended = run().catch((error) => {
    if (!signal.aborted) throw error;
  });
  return { ...sender, ended };
}

interface Trial {
  readonly bytes: number;
  readonly batchBytes: number;
  readonly seconds: number;
}

async function main({ bytes, batchBytes, seconds }: Trial): Promise<void> {
  const profile = LINK_PROFILES.wan ?? LINK_PROFILES.none;
  if (profile === undefined) throw new TypeError("Cannot find link wan");
  await using server = serve();
  await using link = await LinkProcess.start(profile);
  const url = await link.through(`http://127.0.0.1:${server.addr.port}`);
  console.log(`${describeProfile(profile)}; photos of ${bytes} bytes on average`);
  const pause = () => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const full = new AbortController();
  const fullMs = performance.now();
  const sent = {
    url,
    bytes,
    batchBytes: 0,
    signal: full.signal,
    startMs: fullMs,
    concurrency: FULL,
  };
  const yardstick = send(sent);
  await pause();
  full.abort(new Error("over"));
  await yardstick.ended;
  const ending = new AbortController();
  const order = { url, bytes, batchBytes, signal: ending.signal, startMs: performance.now() };
  const first = send(order);
  await pause();
  const second = send(order);
  await pause();
  ending.abort(new Error("over"));
  await Promise.all([first.ended, second.ended]);

  const perSecond = bytesPerMs(profile) * 1000;
  const part = (sender: Sender, from: number, to: number) =>
    sum(sender.bytes.slice(from, to)) / perSecond / (to - from);
  for (let at = 0; at < 2 * seconds; at++) {
    const cells = [first, second].map((sender) =>
      `${part(sender, at, at + 1).toFixed(2)} by ${sender.concurrency[at] ?? 0}`
    );
    console.log(`second ${String(at + 1).padStart(2)}: ${cells.join("   ")}`);
  }
  const filled = part(first, SETTLED_SECONDS, seconds);
  const parts = [first, second].map((one) => part(one, seconds + SETTLED_SECONDS, 2 * seconds));
  const fairness = Math.min(...parts) / Math.max(...parts);
  const both = sum(parts);
  const carried = part(yardstick, SETTLED_SECONDS, seconds);
  console.log(
    `line: ${carried.toFixed(2)} filled by ${FULL}, ${filled.toFixed(2)} alone, ${
      both.toFixed(2)
    } by two; ` +
      `their parts ${parts.map((one) => one.toFixed(2)).join(" and ")}, ${
        fairness.toFixed(2)
      } of each other`,
  );
  if (filled < FILLED_MIN * carried || fairness < FAIRNESS_MIN) Deno.exitCode = 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + (value ?? 0), 0);
}

if (import.meta.main) {
  const options = {
    bytes: { type: "string", default: "100000" },
    "batch-bytes": { type: "string" },
    seconds: { type: "string", default: "20" },
  } as const;
  await runProgram({ help: HELP, options }, async ({ values }) => {
    const seconds = positive("seconds", values.seconds);
    if (seconds < 12) throw new UsageError(`--seconds must be at least 12: it is ${seconds}`);
    const together = values["batch-bytes"];
    const batchBytes = together === undefined ? 0 : positive("batch-bytes", together);
    await main({ bytes: positive("bytes", values.bytes), batchBytes, seconds });
    // Connections that a client keeps open would keep the process alive.
    Deno.exit();
  });
}
