/** The contest's load in a process of its own: a line of JSON in, a line out; see `LeanLoad`. */
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { createPhotos, type PhotoSize } from "../photos/photo_set.ts";
import { serveCommands } from "../processes/commands.ts";
import { type ClosedLoopFigures, runClosedLoop } from "../timing/closed_loop.ts";
import { LeanConnection, type LeanReply } from "./lean_connection.ts";

/** What a client sends and gets: base64 in JSON and numbers in JSON, or the file and float32. */
export type LeanFormat = "base64" | "raw";

/** Clients that each send their next photo when they have the reply to their last one. */
export interface LeanLoad {
  readonly url: string;
  readonly photoSize: PhotoSize;
  /** `base64` when absent. */
  readonly format?: LeanFormat;
  readonly clients: number;
  readonly seconds: number;
}

/** What came of it. */
export type LeanResult = ClosedLoopFigures;

const REPOSITORY = new URL("../../model_repository/", import.meta.url);
const DIM = 512;
/** Every so many replies one is read to its last number. */
const CHECKED_EVERY = 64;

const requests = new Map<string, Promise<Uint8Array[]>>();

/** Whole requests, one a photo, made once. */
async function createRequests(size: PhotoSize, format: LeanFormat): Promise<Uint8Array[]> {
  const { preprocess } = await new ModelFolder(REPOSITORY, "dct_512").manifest();
  const photos = await createPhotos({ size, withTensors: false, preprocess });
  return photos.map(({ jpeg }) =>
    format === "raw"
      ? request("/embed", "image/jpeg\r\naccept: application/octet-stream", jpeg)
      : request(
        "/embed/base64",
        "application/json",
        new TextEncoder().encode(JSON.stringify({ images: [jpeg.toBase64()] })),
      )
  );
}

function request(path: string, contentType: string, body: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(
    `POST ${path} HTTP/1.1\r\nhost: server\r\ncontent-type: ${contentType}\r\n` +
      `content-length: ${body.length}\r\n\r\n`,
  );
  const whole = new Uint8Array(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}

async function run(
  { url, photoSize, format = "base64", clients, seconds }: LeanLoad,
): Promise<LeanResult> {
  const key = `${photoSize} ${format}`;
  const made = requests.get(key) ?? createRequests(photoSize, format);
  requests.set(key, made);
  const all = await made;
  using connections = new DisposableStack();
  const opened = await Promise.all(
    Array.from({ length: clients }, async () => connections.use(await LeanConnection.connect(url))),
  );
  return await runClosedLoop({
    clients,
    seconds,
    call: async (client, index) => {
      const request = all[index % all.length] as Uint8Array;
      const reply = await (opened[client] as LeanConnection).exchange(request);
      return isGood(reply, { index, format });
    },
  });
}

function isGood(
  { status, body }: LeanReply,
  { index, format }: { readonly index: number; readonly format: LeanFormat },
): boolean {
  if (status !== 200) return false;
  if (index % CHECKED_EVERY !== 0) return true;
  const row: unknown = format === "raw"
    ? [...new Float32Array(body.slice().buffer)]
    : JSON.parse(new TextDecoder().decode(body)).embeddings?.[0];
  return Array.isArray(row) && row.length === DIM && row.every(Number.isFinite);
}

if (import.meta.main) await serveCommands<LeanLoad>(run);
