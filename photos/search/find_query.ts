/** A search's words or photo to a vector of a library's space. */
import type { Embedding } from "../../client/embedding.ts";
import type { Source } from "../embed/source.ts";
import type { Library } from "../library/library.ts";
import type { StoredEmbedder } from "../library/vector_table.ts";

/** A vector, and what it may be compared with. */
export interface Query {
  /** f32 [dim], of length 1. */
  readonly vector: Float32Array;
  readonly embedder: StoredEmbedder;
}

/** Opens a gateway, if one is needed. */
export type OpenSource = () => Promise<Source>;

/**
 * A photo's vector: the library's, or a gateway's where it has none of these bytes.
 *
 * @throws {Error} in a sentence, where there is none that may be compared.
 */
export async function queryOfPhoto(
  library: Library,
  bytes: Uint8Array<ArrayBuffer>,
  open: OpenSource,
): Promise<Query> {
  const [known] = library.vectors.embedders();
  assertAny(known);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const vector = library.vectors.of(digest, known.id);
  if (vector !== undefined) return { vector, embedder: known };
  await using source = await open();
  const made = await source.client.embed(bytes);
  const embedder = library.vectors.embedders().find(({ space, preprocessId }) =>
    space === made.space && preprocessId === made.preprocessId
  );
  return { vector: made.vector, embedder: embedder ?? stranger(source, made) };
}

/** As `queryOfPhoto()`, of words. */
export async function queryOfWords(
  library: Library,
  text: string,
  open: OpenSource,
): Promise<Query> {
  assertAny(library.vectors.embedders()[0]);
  await using source = await open();
  if (source.textModel === undefined) {
    throw new Error(
      `Words cannot be searched for, as nothing ${
        source.isLocal ? "here" : `at ${source.madeBy}`
      } embeds them into the space of ${source.model}: ` +
        "search by a photo, or name a gateway and a model that has a text tower",
    );
  }
  const made = await source.client.embed({ text });
  const embedder = library.vectors.embedders().find(({ space }) => space === made.space);
  return { vector: made.vector, embedder: embedder ?? stranger(source, made) };
}

function assertAny(embedder: StoredEmbedder | undefined): asserts embedder is StoredEmbedder {
  if (embedder === undefined || embedder.count === 0) {
    throw new Error("No photo has a vector yet: embed them first");
  }
}

function stranger({ madeBy }: Source, { space, preprocessId }: Embedding): never {
  throw new Error(
    `The library has no vectors that may be compared with those of ${madeBy} (space ${space}, preprocess id ` +
      `${preprocessId}): embed the photos there, or name the gateway and model that embedded them`,
  );
}
