/** Keeps vectors of another model out of a folder of shards. */
import { EmbedderGuard } from "../client/embedder_guard.ts";
import type { Embedder } from "../client/embedding.ts";

/** Another model has answered than the one that made what is there; the message says how to go on. */
export class OtherModelError extends Error {
  override readonly name = "OtherModelError";
  /** Whether finished shards are in the way, so that trying again changes nothing. */
  readonly isFinal: boolean;

  constructor(known: Embedder, other: Embedder, isFinal: boolean) {
    const wayOut = isFinal
      ? "Name another folder by --out, or serve the model of this one again"
      : "Run it again once every gateway behind the URL serves the same model";
    super(
      `The vectors of ${nameOf(known)} and those of ${
        nameOf(other)
      } must not meet, so that nothing ` +
        `was written of this shard. ${wayOut}`,
    );
    this.isFinal = isFinal;
  }
}

/** Lets in the vectors of whoever made the first one. */
export class OneModel {
  readonly #guard = new EmbedderGuard();
  #first: Embedder | undefined;
  readonly #isMade: boolean;

  /** @param made By whom vectors were made that are there already. */
  constructor(made?: Embedder) {
    this.#isMade = made !== undefined;
    if (made !== undefined) this.admit(made);
  }

  /** @throws {OtherModelError} */
  admit(embedder: Embedder): void {
    this.#first ??= embedder;
    if (!this.#guard.admits(embedder)) {
      throw new OtherModelError(this.#first, embedder, this.#isMade);
    }
    this.#guard.admit(embedder);
  }
}

function nameOf({ space, preprocessId, modelDigest = "not told", madeBy }: Embedder): string {
  return `${madeBy} (space ${space}, preprocess id ${preprocessId}, model ${modelDigest})`;
}
