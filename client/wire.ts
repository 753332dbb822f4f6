/** Requests to `POST /embed`, and its replies: one input's, and those of several. */
import { IMAGE_BATCH_TYPE, joinImages } from "../gateway/contract/image_batch.ts";
import {
  type Embedder,
  type Embedding,
  type Input,
  type Modality,
  modalityOf,
} from "./embedding.ts";
import { codeError, type EmbeddingError, notAGateway } from "./embedding_error.ts";

const BINARY = "application/octet-stream";
const FLOAT32_BYTES = 4;

/** One input as it is, answered by float32. */
export function singleRequest(input: Input): RequestInit {
  const isPhoto = input instanceof Uint8Array;
  return {
    method: "POST",
    headers: { "content-type": isPhoto ? BINARY : "text/plain; charset=utf-8", accept: BINARY },
    body: isPhoto ? input : input.text,
  };
}

/**
 * Several inputs of one kind: photos one behind the other, without base64 on the long way up; base64 of float32 on the way
 * down, as a reply by items is JSON.
 *
 * @param asForm Photos as parts of a form, which gateways take that are older than this client.
 */
export function batchRequest(inputs: readonly Input[], asForm: boolean): RequestInit {
  const photos: Uint8Array<ArrayBuffer>[] = [];
  const texts: string[] = [];
  for (const input of inputs) {
    if (input instanceof Uint8Array) photos.push(input);
    else texts.push(input.text);
  }
  if (texts.length > 0) return post("application/json", JSON.stringify({ texts }));
  if (!asForm) return post(IMAGE_BATCH_TYPE, joinImages(photos));
  const body = new FormData();
  for (const photo of photos) body.append("images", new Blob([photo], { type: BINARY }));
  return { method: "POST", body };
}

function post(type: string, body: BodyInit): RequestInit {
  return { method: "POST", headers: { "content-type": type }, body };
}

/** The query of a batch. */
export const BATCH_QUERY = { on_error: "item", encoding_format: "base64" } as const;

/** Reads the reply of one input. @throws {EmbeddingError} `unexpected_reply`, or `fetch()`'s of a cut connection. */
export async function readSingle(
  response: Response,
  source: Pick<Embedder, "madeBy" | "modality">,
): Promise<Embedding> {
  const bytes = await response.arrayBuffer();
  const embedder = embedderOf(response, source);
  if (bytes.byteLength === 0 || bytes.byteLength % FLOAT32_BYTES !== 0) {
    throw notAGateway(response.status);
  }
  return {
    ...embedder,
    vector: new Float32Array(bytes),
    isTruncated: response.headers.has("x-embedding-truncated"),
  };
}

/** What came of an input of a batch. */
export type BatchResult = Embedding | EmbeddingError;

/** Reads the reply of several: one result an input, in order. @throws as `readSingle()`. */
export async function readBatch(
  response: Response,
  inputs: readonly Input[],
  madeBy: string,
): Promise<BatchResult[]> {
  const text = await response.text();
  const modality: Modality = modalityOf(inputs[0] as Input);
  const embedder = embedderOf(response, { madeBy, modality });
  const results = resultsOf(text);
  if (results?.length !== inputs.length) throw notAGateway(response.status);
  return results.map((result): BatchResult => {
    const { embedding, error, truncated } = result;
    if (typeof embedding !== "string") return codeError(error);
    const vector = new Float32Array(bytesOf(embedding).buffer);
    return { ...embedder, vector, isTruncated: truncated === true };
  });
}

/** Without a function a letter, which takes several times as long. Node 20 and some browsers have nothing of their own. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = letters.charCodeAt(at);
  return bytes;
}

type Item = Readonly<Record<string, unknown>>;

function resultsOf(text: string): readonly Item[] | undefined {
  try {
    const { results } = JSON.parse(text);
    return Array.isArray(results) ? results.map(Object) : undefined;
  } catch {
    return undefined;
  }
}

function embedderOf(response: Response, source: Pick<Embedder, "madeBy" | "modality">): Embedder {
  const space = response.headers.get("x-embedding-space");
  const preprocessId = response.headers.get("x-preprocess-id");
  if (space === null || preprocessId === null) throw notAGateway(response.status);
  const modelDigest = response.headers.get("x-model-digest");
  return { ...source, space, preprocessId, ...modelDigest !== null && { modelDigest } };
}
