/** How sharp and how well exposed photos are, by the digest of their bytes. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** What a photo's pixels say of it. */
export interface Quality {
  /** Variance of its edges as a part of that of its levels; larger is sharper. */
  readonly sharpness: number;
  /** Of its pixels, the part that is as good as black, 0 to 1. */
  readonly dark: number;
  /** The part that is as good as white. */
  readonly bright: number;
}

/** The table of qualities. */
export class QualityTable {
  readonly #put: StatementSync;
  readonly #get: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO qualities (digest, sharpness, dark, bright) VALUES (?, ?, ?, ?)",
    );
    this.#get = database.prepare("SELECT sharpness, dark, bright FROM qualities WHERE digest = ?");
  }

  /** Keeps what was measured; `undefined` of what cannot be decoded, which is not tried again. */
  put(digest: Uint8Array, quality: Quality | undefined): void {
    const { sharpness = null, dark = null, bright = null } = quality ?? {};
    this.#put.run(digest, sharpness, dark, bright);
  }

  /** Gives back what was put; `null` where nothing was. */
  of(digest: Uint8Array): Quality | undefined | null {
    const row = this.#get.get(digest);
    if (row === undefined) return null;
    const { sharpness, dark, bright } = row;
    if (sharpness === null) return undefined;
    return { sharpness: Number(sharpness), dark: Number(dark), bright: Number(bright) };
  }
}
