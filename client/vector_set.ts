/** Vectors that may be compared, and the nearest among them. */
import { cosine, type Embedding } from "./embedding.ts";
import { EmbedderGuard } from "./embedder_guard.ts";

/** A vector of a set, and how near it is. */
export interface Neighbour<Tag> {
  readonly tag: Tag;
  readonly cosine: number;
}

/** Vectors of one space, each with whatever its caller knows it by; looks through all of them, which is exact. */
export class VectorSet<Tag> {
  readonly #guard = new EmbedderGuard();
  readonly #rows: { readonly tag: Tag; readonly vector: Float32Array }[] = [];

  get size(): number {
    return this.#rows.length;
  }

  /** @throws {EmbeddingError} `mixed_vectors` where it says nothing about those that are in. */
  add(tag: Tag, embedding: Embedding): void {
    this.#guard.admit(embedding);
    this.#rows.push({ tag, vector: embedding.vector });
  }

  /** Lets another embedder's vectors in: see `EmbedderGuard.agree()`. @throws {EmbeddingError} */
  agree(known: Embedding, other: Embedding): void {
    this.#guard.agree(known, other);
  }

  /** So many, nearest first. @throws {EmbeddingError} as `add()`. */
  nearest(embedding: Embedding, count: number): Neighbour<Tag>[] {
    this.#guard.admit(embedding);
    return this.#rows.map(({ tag, vector }) => ({ tag, cosine: cosine(vector, embedding.vector) }))
      .sort((a, b) => b.cosine - a.cosine).slice(0, count);
  }
}
