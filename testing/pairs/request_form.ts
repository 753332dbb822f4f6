/** One way to ask for embeddings, and what its reply must be. */
import { compareEmbeddings } from "../../models/contract/vectors.ts";

/** The shape of a reply. */
export type ReplyShape = "embedding" | "embeddings" | "results" | "float32";

/** A request whose rows are known from other requests. */
export interface RequestForm {
  readonly name: string;
  /** With its query. */
  readonly path: string;
  readonly init: RequestInit;
  readonly shape: ReplyShape;
  /** Keys of the known embeddings, in order; for what has none, the error's code. */
  readonly rows: readonly (string | { readonly code: string })[];
  /** Whether rows are as the model gave them, not scaled to length 1. */
  readonly isRaw?: boolean;
  /** What the reply says of its model, or models. */
  readonly models?: unknown;
}

/** f32 [dim] by what it is of. */
export type KnownEmbeddings = ReadonlyMap<string, Float32Array>;

/** A row: f32 [dim], or why there is none. */
type Row = Float32Array | { readonly code: string };

/** A reply, whatever its shape. */
interface Reply {
  readonly rows: readonly Row[];
  /** Positions of texts whose end has no influence. */
  readonly truncated: readonly number[];
}

/** What is known of the inputs. */
export interface Known {
  readonly embeddings: KnownEmbeddings;
  /** Keys of texts that are longer than the model takes. */
  readonly tooLong: readonly string[];
}

/** Neighbours in a batch change the order in which a runtime adds. */
const BATCH_DIFFERENCE_MAX = 1e-6;
const LENGTH_DIFFERENCE_MAX = 1e-6;
const REQUEST_MS_MAX = 60_000;

/**
 * Sends a request and compares its rows with the known ones.
 *
 * @returns The largest difference of two elements, after normalisation.
 * @throws {Error} when the reply is another one: by a bit where the input was alone in its batch, else by more than 1e-6.
 */
export async function checkForm(
  url: string,
  form: RequestForm,
  { embeddings, tooLong }: Known,
): Promise<number> {
  const { rows, truncated } = await readReply(await send(url, form), form);
  if (rows.length !== form.rows.length) {
    throw new Error(`${rows.length} rows came: ${form.rows.length} were asked for`);
  }
  const expected = [...form.rows.keys()].filter((row) => tooLong.includes(String(form.rows[row])));
  if (truncated.join() !== expected.join()) {
    throw new Error(`truncated are [${truncated}]: must be [${expected}]`);
  }
  const limit = rows.length === 1 && !form.isRaw ? 0 : BATCH_DIFFERENCE_MAX;
  const differences = rows.map((row, index) => {
    const expected = form.rows[index];
    if (!(row instanceof Float32Array) || typeof expected !== "string") {
      const [came, asked] = [codeOf(row), codeOf(expected)];
      if (came !== asked) throw new Error(`row ${index} is ${came}: must be ${asked}`);
      return 0;
    }
    assertLength(row, form);
    return compareEmbeddings(row, knownOf(embeddings, expected)).maxDifference;
  });
  const largest = Math.max(...differences);
  if (largest <= limit) return largest;
  throw new Error(`rows differ by ${largest.toExponential(1)}: limit is ${limit}`);
}

/** The rows of a form that is known to be right, for others to be compared with. */
export async function embed(url: string, form: RequestForm): Promise<Float32Array[]> {
  const { rows } = await readReply(await send(url, form), form);
  return rows.map((row) => {
    if (row instanceof Float32Array) return row;
    throw new Error(`an embedding must come: it is ${row.code}`);
  });
}

/** Looks an embedding up. */
export function knownOf(known: KnownEmbeddings, key: string): Float32Array {
  const embedding = known.get(key);
  if (embedding === undefined) throw new TypeError(`Cannot find embedding ${key}`);
  return embedding;
}

/** Sends a request within a bounded time. */
export async function send(
  url: string,
  { path, init }: Pick<RequestForm, "path" | "init">,
): Promise<Response> {
  return await fetch(url + path, { ...init, signal: AbortSignal.timeout(REQUEST_MS_MAX) });
}

async function readReply(
  response: Response,
  { shape, models }: Pick<RequestForm, "shape" | "models">,
): Promise<Reply> {
  if (!response.ok) throw new Error(`status is ${response.status}: ${await response.text()}`);
  if (shape === "float32") return readFloat32(response.headers, await response.arrayBuffer());
  const body = await response.json();
  const named = JSON.stringify(body.models ?? body.model);
  if (models !== undefined && named !== JSON.stringify(models)) {
    throw new Error(`the reply is by ${named}: must be by ${JSON.stringify(models)}`);
  }
  if (body[shape] === undefined) throw new Error(`${shape} must be in the reply`);
  if (shape === "results") return readResults(body.results);
  const { embedding, embeddings = [embedding], truncated = [] } = body;
  return { rows: embeddings.map(toFloats), truncated: truncated === true ? [0] : truncated };
}

function readFloat32(headers: Headers, bytes: ArrayBuffer): Reply {
  const numbersOf = (name: string) =>
    (headers.get(name) ?? "").split(",").filter((text) => text !== "").map(Number);
  const [count = 0, dim = 0] = numbersOf("x-embedding-shape");
  const values = new Float32Array(bytes);
  if (values.length !== count * dim) throw new Error(`${values.length} numbers are no rows`);
  return {
    rows: Array.from({ length: count }, (_, row) => values.subarray(row * dim, (row + 1) * dim)),
    truncated: numbersOf("x-embedding-truncated"),
  };
}

interface ItemResult {
  readonly embedding?: string | number[];
  readonly error?: { readonly code: string };
  readonly truncated?: true;
}

function readResults(results: readonly ItemResult[]): Reply {
  return {
    rows: results.map(({ embedding = [], error }) =>
      error ? { code: error.code } : toFloats(embedding)
    ),
    truncated: [...results.keys()].filter((index) => results[index]?.truncated),
  };
}

function toFloats(embedding: string | number[]): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding);
  return new Float32Array(Uint8Array.fromBase64(embedding).buffer);
}

function assertLength(row: Float32Array, { isRaw = false }: Pick<RequestForm, "isRaw">): void {
  const length = Math.hypot(...row);
  if ((Math.abs(length - 1) > LENGTH_DIFFERENCE_MAX) === isRaw) return;
  throw new Error(`length is ${length}: ${isRaw ? "must be the model's own" : "must be 1"}`);
}

function codeOf(row: Row | string | undefined): string {
  return row === undefined || typeof row === "string" || row instanceof Float32Array
    ? "an embedding"
    : row.code;
}
