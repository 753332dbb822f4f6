/** Embeds the photos of a library that have no vector yet. */
import { createHash } from "node:crypto";
import { embedAll, type EmbedJob, type EmbedProgress } from "../../client/embed_all.ts";
import type { Embedding } from "../../client/embedding.ts";
import { EmbeddingError } from "../../client/embedding_error.ts";
import type { Library } from "../library/library.ts";
import type { Embedder, MissingPhoto } from "../library/vector_table.ts";
import { reasonOf } from "../scan/walk.ts";
import type { Source } from "./source.ts";

/** What came of a run. */
export interface EmbedTotals {
  /** Photos without a vector when it began, a digest once. */
  wanted: number;
  embedded: number;
  /** Photos that the gateway refuses; they are not sent again. */
  refused: number;
  /** Files that could not be read, or are not what they were when they were scanned. */
  readonly problems: { readonly path: string; readonly problem: string }[];
  /** Vectors by who made them: `local`, or the URL of a gateway. */
  readonly madeBy: Record<string, number>;
}

/** How it is done. */
export interface EmbedMissingOptions {
  readonly signal?: AbortSignal;
  readonly concurrency?: number;
  /** Of how many machines this is which, from 1: each embeds its share of the digests. */
  readonly shard?: { readonly index: number; readonly count: number };
  /** Whether previews are embedded in place of files that are not decoded. */
  readonly takesPreviews?: boolean;
  /** What came of earlier parts of the run, which is added to. */
  readonly totals?: EmbedTotals;
  /** The library's, with which the source was found to agree; the source's own unless given. */
  readonly embedder?: Embedder;
  readonly onProgress?: (totals: EmbedTotals, progress: EmbedProgress) => void;
}

/** Vectors of a transaction: a cut costs so many at most, or a second. */
const BATCH = 64;
const BATCH_MS = 1000;

/** Photos in flight where they are embedded here, on the same cores: with more it is slower, and each is in memory twice. */
const LOCAL_CONCURRENCY_MAX = 2 + navigator.hardwareConcurrency;

/** A request over a line closes with the photo that makes it as long as this: thumbnails travel by dozens, originals alone. */
const REMOTE_BATCH_BYTES = 256 * 1024;

/** Why an input has no embedding though nothing was sent. */
class FileProblem extends Error {}

/**
 * Embeds; what was embedded before a cut is kept.
 *
 * @throws {EmbeddingError} where the gateway is gone, or {Error} where it has become another one; or the signal's reason.
 */
export async function embedMissing(
  library: Library,
  source: Source,
  options: EmbedMissingOptions = {},
): Promise<EmbedTotals> {
  const { vectors } = library;
  const embedder = vectors.idOf(options.embedder ?? source.embedder);
  const totals: EmbedTotals = options.totals ?? newTotals();
  const unread = new Set(totals.problems.map(({ path }) => path));
  const missing = vectors.missing(embedder, options.takesPreviews)
    .filter(({ path, digest }) => isInShard(digest, options) && !unread.has(path));
  totals.wanted = totals.embedded + totals.refused + unread.size + missing.length;
  const writer = new Writer(
    library,
    ({ vector }, { digest, preview }) =>
      vectors.put({
        ...{ digest, embedder, vector, madeBy: source.madeBy },
        isOfPreview: preview !== undefined,
      }),
  );
  const outcomes = embedAll(source.client, missing.map((photo) => jobOf(library, photo)), {
    ...options.signal !== undefined && { signal: options.signal },
    concurrency: options.concurrency ?? (source.isLocal ? { max: LOCAL_CONCURRENCY_MAX } : {}),
    batchBytes: source.isLocal ? 0 : REMOTE_BATCH_BYTES,
    onProgress: (progress) => options.onProgress?.(totals, progress),
  });
  try {
    for await (const outcome of outcomes) {
      const { path, digest } = outcome.tag;
      if ("embedding" in outcome) {
        assertSame(outcome.embedding, source);
        writer.put(outcome.embedding, outcome.tag);
        totals.embedded++;
        totals.madeBy[source.madeBy] = (totals.madeBy[source.madeBy] ?? 0) + 1;
      } else if (outcome.error instanceof EmbeddingError) {
        vectors.refuse({ digest, code: outcome.error.code, message: outcome.error.message });
        totals.refused++;
      } else totals.problems.push({ path, problem: reasonOf(outcome.error) });
    }
  } finally {
    writer.flush();
  }
  return totals;
}

/** Of a run that begins. */
export function newTotals(): EmbedTotals {
  return { wanted: 0, embedded: 0, refused: 0, problems: [], madeBy: {} };
}

function jobOf(library: Library, photo: MissingPhoto): EmbedJob<MissingPhoto> {
  return {
    tag: photo,
    read: async () => {
      const bytes = await Deno.readFile(library.absolute(photo.path));
      // Here: another thread's time for it is less than what asking it takes.
      const digest = createHash("sha256").update(bytes).digest();
      if (!digest.equals(photo.digest)) {
        throw new FileProblem("it has changed since it was scanned: scan again");
      }
      const { preview } = photo;
      return preview === undefined
        ? bytes
        : bytes.slice(preview.offset, preview.offset + preview.bytes);
    },
  };
}

/** Vectors of another model would be taken for this one's. */
function assertSame(
  { space, preprocessId, vector: { length: dim } }: Embedding,
  { embedder, client }: Source,
): void {
  if (
    space === embedder.space && preprocessId === embedder.preprocessId && dim === embedder.dim
  ) return;
  const [now, before] = [{ space, preprocessId, dim }, embedder].map(facts);
  throw new Error(
    `${client.url} has another model than when this run began (${now}; it was ${before}): run again`,
  );
}

function facts({ space, preprocessId, dim }: Embedder): string {
  return `space ${space}, preprocess id ${preprocessId}, ${dim} numbers`;
}

function isInShard(digest: Uint8Array, { shard }: EmbedMissingOptions): boolean {
  if (shard === undefined) return true;
  const number = new DataView(digest.buffer, digest.byteOffset).getUint32(0);
  return number % shard.count === shard.index - 1;
}

/** Collects vectors for transactions. */
class Writer {
  readonly #library: Library;
  readonly #write: (embedding: Embedding, photo: MissingPhoto) => void;
  #batch: (readonly [Embedding, MissingPhoto])[] = [];
  #sinceMs = performance.now();

  constructor(library: Library, write: (embedding: Embedding, photo: MissingPhoto) => void) {
    [this.#library, this.#write] = [library, write];
  }

  put(embedding: Embedding, photo: MissingPhoto): void {
    this.#batch.push([embedding, photo]);
    const isDue = performance.now() - this.#sinceMs >= BATCH_MS;
    if (isDue || this.#batch.length >= BATCH) this.flush();
  }

  flush(): void {
    const batch = this.#batch;
    [this.#batch, this.#sinceMs] = [[], performance.now()];
    if (batch.length === 0) return;
    this.#library.transaction(() => {
      for (const [embedding, photo] of batch) this.#write(embedding, photo);
    });
  }
}
