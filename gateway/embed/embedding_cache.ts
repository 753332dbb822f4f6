/** Embeddings by what they were made from, as many as fit into a number of bytes; the least recently used go first. */
import { LRUCache } from "lru-cache";

/** What a cache is made of. */
export interface EmbeddingCacheOptions {
  /** Memory that all entries may take in sum, `entryBytes()` each. */
  readonly bytesMax: number;
  /** Called for each embedding that had to make room. */
  readonly onEvicted?: () => void;
}

/** What a cache holds. */
export interface EmbeddingCacheUsage {
  readonly images: number;
  readonly bytes: number;
}

/** Key, map, list and the buffer's own record, as measured in resident memory of 200,000 entries. */
const ENTRY_OVERHEAD_BYTES = 1024;

/** Memory that an embedding of `dim` floats is counted with. */
export function entryBytes(dim: number): number {
  return dim * Float32Array.BYTES_PER_ELEMENT + ENTRY_OVERHEAD_BYTES;
}

/** Copies go in and copies come out, so that nobody's change of an embedding reaches anybody else. */
export class EmbeddingCache {
  readonly #entries: LRUCache<string, Float32Array>;

  constructor({ bytesMax, onEvicted }: EmbeddingCacheOptions) {
    this.#entries = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: (embedding) => entryBytes(embedding.length),
      dispose: (_embedding, _key, reason) => {
        if (reason === "evict") onEvicted?.();
      },
    });
  }

  get usage(): EmbeddingCacheUsage {
    return { images: this.#entries.size, bytes: this.#entries.calculatedSize };
  }

  /** A copy of the embedding, f32 [dim], that is the caller's to change. */
  get(key: string): Float32Array | undefined {
    return this.#entries.get(key)?.slice();
  }

  /** Keeps a copy of an embedding, f32 [dim], unless it alone is larger than the cache. */
  set(key: string, embedding: Float32Array): void {
    this.#entries.set(key, embedding.slice());
  }

  clear(): void {
    this.#entries.clear();
  }
}
