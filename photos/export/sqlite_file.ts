/** An SQLite database of one table, for whoever does not want to know the library's own. */
import { DatabaseSync } from "node:sqlite";
import type { ExportedPhotos } from "./export_rows.ts";

const SCHEMA = `
  CREATE TABLE photos (
    path TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    width INTEGER,
    height INTEGER,
    taken_at TEXT,
    camera TEXT,
    space TEXT NOT NULL,
    preprocess_id TEXT NOT NULL,
    vector BLOB NOT NULL
  ) STRICT;
  CREATE INDEX photos_by_digest ON photos (digest)`;

/** As `WriteExport` says; `vector` is f32 [dim], little-endian. */
export function writeSqlite(
  path: string,
  { embedder: { space, preprocessId }, rows }: ExportedPhotos,
): Promise<number> {
  using database = new DatabaseSync(path);
  // It is a new file, which is thrown away when this is cut: no journal beside it is needed.
  database.exec(`PRAGMA journal_mode = OFF; BEGIN; ${SCHEMA}`);
  const insert = database.prepare("INSERT INTO photos VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  let count = 0;
  for (const { path, digest, bytes, width, height, taken_at, camera, vector } of rows) {
    const photo = [path, digest, bytes, width, height, taken_at, camera] as const;
    insert.run(...photo, space, preprocessId, new Uint8Array(vector.buffer));
    count++;
  }
  database.exec("COMMIT");
  return Promise.resolve(count);
}
