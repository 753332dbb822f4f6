/** JSON Lines: an object a photo. */
import { BufferedFile } from "../../files/buffered_file.ts";
import type { ExportedPhotos } from "./export_rows.ts";

/** Digits that tell any f32 from any other. */
const DIGITS = 9;

/** As `WriteExport` says. */
export function writeJsonl(path: string, photos: ExportedPhotos): Promise<number> {
  const count = writeLines(path, photos, (vector) => ({
    vector: Array.from(vector, (value) => Number(value.toPrecision(DIGITS))),
  }));
  return Promise.resolve(count);
}

/** Writes a line a photo, with what is made of its vector. */
export function writeLines(
  path: string,
  { embedder, rows }: ExportedPhotos,
  fields: (vector: Float32Array) => object,
): number {
  const { space, preprocessId } = embedder;
  const encoder = new TextEncoder();
  using file = new BufferedFile(path);
  let count = 0;
  for (const { vector, ...photo } of rows) {
    const line = { ...photo, space, preprocess_id: preprocessId, ...fields(vector) };
    file.write(encoder.encode(`${JSON.stringify(line)}\n`));
    count++;
  }
  file.finish();
  return count;
}
