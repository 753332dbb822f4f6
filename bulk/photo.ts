/** A photo of a shard, wherever its bytes are. */
import type { ErrorCode } from "../gateway/contract/catalogue.ts";
import { EmbeddingError } from "../client/embedding_error.ts";

/** Known by an id that no other photo of the shard has. */
export interface Photo {
  readonly id: string;
  /**
   * Reads it when its turn comes.
   *
   * @throws {EmbeddingError} where the photo is at fault, by a code of the catalogue; anything else stops the shard.
   */
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
}

/** Why a photo cannot be had, in the words that the gateway has for it. */
export function photoError(code: ErrorCode, message: string): EmbeddingError {
  return new EmbeddingError({ code, message });
}

/** That it has more bytes than are sent. */
export function tooLarge(bytesMax: number): EmbeddingError {
  return photoError("body_too_large", `Cannot send photo as its bytes must be ≤ ${bytesMax}`);
}
