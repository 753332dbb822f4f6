/** Keeps vectors apart that say nothing about each other. */
import { cosine, type Embedder, type Embedding } from "./embedding.ts";
import { EmbeddingError } from "./embedding_error.ts";

/** Rounding of two runtimes apart, the same photo has the same vector. */
const CANARY_COSINE_MIN = 1 - 1e-6;

/** Admits the embedders of one collection: the first of photos, the first of words in its space, and who agrees. */
export class EmbedderGuard {
  readonly #admitted: Embedder[] = [];

  /** Whether vectors of this embedder may join. */
  admits(embedder: Embedder): boolean {
    if (this.#admitted.some((known) => isSame(known, embedder))) return true;
    // Photos and words are read in different ways, and meet in one space.
    return this.#admitted.every(({ modality }) => modality !== embedder.modality) &&
      (this.#admitted.length === 0 || this.#admitted.some(({ space }) => space === embedder.space));
  }

  /** Lets an embedder's vectors in. @throws {EmbeddingError} `mixed_vectors`. */
  admit(embedder: Embedder): void {
    if (!this.admits(embedder)) throw mixedVectors(this.#admitted, embedder);
    if (!this.#admitted.some((known) => isSame(known, embedder))) this.#admitted.push(embedder);
  }

  /**
   * Takes somebody's word that two embedders agree, unless the same photo, embedded by both, says otherwise. One photo
   * refutes, and proves nothing of others: of two that differ in `orient` a photo without EXIF says nothing.
   *
   * @throws {EmbeddingError} `mixed_vectors` where the first is not admitted, or their cosine is below 1 − 1e-6.
   */
  agree(known: Embedding, other: Embedding): void {
    this.admit(known);
    const similarity = cosine(known.vector, other.vector);
    if (known.modality !== other.modality || !(similarity >= CANARY_COSINE_MIN)) {
      throw new EmbeddingError({
        code: "mixed_vectors",
        message: `Cannot take ${nameOf(known)} and ${nameOf(other)} for one: ` +
          `of the same input they make vectors of cosine ${similarity}`,
      });
    }
    if (!this.admits(other)) this.#admitted.push(other);
  }
}

function isSame(a: Embedder, b: Embedder): boolean {
  return a.modality === b.modality && a.space === b.space && a.preprocessId === b.preprocessId &&
    // An older gateway does not say it; its ids cover it all the same.
    (a.modelDigest ?? b.modelDigest) === (b.modelDigest ?? a.modelDigest);
}

function nameOf({ space, preprocessId, modelDigest, madeBy }: Embedder): string {
  const model = modelDigest === undefined ? "" : ` of model ${modelDigest.slice(0, 12)}`;
  return `space ${space} with preprocess id ${preprocessId}${model} (${madeBy})`;
}

function mixedVectors(admitted: readonly Embedder[], other: Embedder): EmbeddingError {
  const known = admitted.find(({ modality }) => modality === other.modality) ??
    admitted[0] as Embedder;
  return new EmbeddingError({
    code: "mixed_vectors",
    message: `Cannot compare vectors of ${nameOf(other)} with those of ${nameOf(known)}: ` +
      "embed all anew by one of them, or let them agree by a photo",
  });
}
