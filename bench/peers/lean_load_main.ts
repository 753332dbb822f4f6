/** The contest's load in a process of its own: a line of JSON in, a line out; see `LeanLoad`. */
import { parseManifest } from "../../model/manifest.ts";
import { createPhotos, type PhotoSize } from "../photos/photo_set.ts";
import { serveCommands } from "../processes/commands.ts";
import { summarize } from "../timing/statistics.ts";
import { LeanConnection, type LeanReply } from "./lean_connection.ts";

/** Clients that each send their next photo when they have the reply to their last one. */
export interface LeanLoad {
  readonly url: string;
  readonly photoSize: PhotoSize;
  readonly clients: number;
  readonly seconds: number;
}

/** What came of it. */
export interface LeanResult {
  readonly requests: number;
  readonly failures: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const MANIFEST = new URL("../../model_repository/dct_512/manifest.json", import.meta.url);
const DIM = 512;
/** Every so many replies one is read to its last number. */
const CHECKED_EVERY = 64;

const requests = new Map<PhotoSize, Promise<Uint8Array[]>>();

/** Whole requests of `POST /embed/base64`, one a photo, made once. */
async function createRequests(size: PhotoSize): Promise<Uint8Array[]> {
  const { preprocess } = parseManifest(await Deno.readTextFile(MANIFEST));
  const photos = await createPhotos({ size, withTensors: false, preprocess });
  return photos.map(({ jpeg }) => {
    const body = JSON.stringify({ images: [jpeg.toBase64()] });
    return new TextEncoder().encode(
      `POST /embed/base64 HTTP/1.1\r\nhost: server\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\n\r\n${body}`,
    );
  });
}

async function run({ url, photoSize, clients, seconds }: LeanLoad): Promise<LeanResult> {
  const made = requests.get(photoSize) ?? createRequests(photoSize);
  requests.set(photoSize, made);
  const all = await made;
  const samples: number[] = [];
  let next = 0;
  let failures = 0;
  const startedMs = performance.now();
  const endMs = startedMs + seconds * 1000;
  await Promise.all(Array.from({ length: clients }, async () => {
    using connection = await LeanConnection.connect(url);
    while (performance.now() < endMs) {
      const index = next++;
      const sentMs = performance.now();
      const reply = await connection.exchange(all[index % all.length] as Uint8Array);
      samples.push(performance.now() - sentMs);
      if (!isGood(reply, index)) failures++;
    }
  }));
  const { count, p50, p99 } = summarize(samples);
  const good = count - failures;
  const requestsPerSecond = (good * 1000) / (performance.now() - startedMs);
  return { requests: good, failures, requestsPerSecond, p50, p99 };
}

function isGood({ status, body }: LeanReply, index: number): boolean {
  if (status !== 200) return false;
  if (index % CHECKED_EVERY !== 0) return true;
  const { embeddings } = JSON.parse(new TextDecoder().decode(body));
  const row: unknown = embeddings?.[0];
  return Array.isArray(row) && row.length === DIM && row.every(Number.isFinite);
}

if (import.meta.main) await serveCommands<LeanLoad>(run);
