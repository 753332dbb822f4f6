/** What is exported of a photo, in every format. */
import type { Library } from "../library/library.ts";
import type { StoredEmbedder } from "../library/vector_table.ts";

/** A photo with its vector. */
export interface ExportRow {
  /** Absolute. */
  readonly path: string;
  /** SHA-256, in hex: copies have the same one. */
  readonly digest: string;
  readonly bytes: number;
  /** In pixels, as stored. */
  readonly width: number | null;
  readonly height: number | null;
  /** Local time of the camera, ISO 8601. */
  readonly taken_at: string | null;
  readonly camera: string | null;
  /** f32 [dim], of length 1. */
  readonly vector: Float32Array<ArrayBuffer>;
}

/** All photos that have a vector, by path. */
export interface ExportedPhotos {
  readonly embedder: StoredEmbedder;
  readonly rows: Iterable<ExportRow>;
}

/** Writes photos into a new file. @returns How many there were. */
export type WriteExport = (path: string, photos: ExportedPhotos) => Promise<number>;

/** Reads them, one at a time. @throws the signal's reason. */
export function* exportRows(
  library: Library,
  embedder: StoredEmbedder,
  signal: AbortSignal,
): Generator<ExportRow> {
  for (const [photo, vector] of library.photos.withVectors(embedder.id)) {
    signal.throwIfAborted();
    const { bytes, width = null, height = null, takenAt = null, camera = null } = photo;
    yield {
      path: library.absolute(photo.path),
      digest: photo.digest.toHex(),
      ...{ bytes, width, height, taken_at: takenAt, camera, vector },
    };
  }
}
