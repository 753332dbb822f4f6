/** Tables of a library's database, and how older ones become today's. */
import type { DatabaseSync } from "node:sqlite";

/** Version of the tables below, kept as SQLite's `user_version`. */
export const SCHEMA_VERSION = 5;

/** What makes version N out of N − 1, from 0. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE photos (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    mtime_ms INTEGER NOT NULL,
    digest BLOB,
    format TEXT,
    width INTEGER,
    height INTEGER,
    taken_at TEXT,
    camera TEXT,
    problem TEXT,
    scan INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX photos_by_digest ON photos (digest);
  CREATE TABLE embedders (
    id INTEGER PRIMARY KEY,
    space TEXT NOT NULL,
    preprocess_id TEXT NOT NULL,
    dim INTEGER NOT NULL,
    UNIQUE (space, preprocess_id)
  ) STRICT;
  CREATE TABLE vectors (
    digest BLOB NOT NULL,
    embedder INTEGER NOT NULL REFERENCES embedders (id),
    vector BLOB NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (digest, embedder)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE refusals (
    digest BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    message TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE decisions (
    path TEXT NOT NULL PRIMARY KEY,
    digest BLOB NOT NULL,
    choice TEXT NOT NULL CHECK (choice IN ('keep', 'trash')),
    decided_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // Which embedder is the library's own: that with the highest choice. When a path came up, to tell what was moved.
  // Where in a file its JPEG preview lies, and whether a vector is of that.
  `
  ALTER TABLE embedders ADD COLUMN choice INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE photos ADD COLUMN first_scan INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE photos ADD COLUMN preview_at INTEGER;
  ALTER TABLE photos ADD COLUMN preview_bytes INTEGER;
  ALTER TABLE vectors ADD COLUMN is_of_preview INTEGER NOT NULL DEFAULT 0;
  `,
  // Of what cannot be decoded, no numbers.
  `
  CREATE TABLE qualities (
    digest BLOB NOT NULL PRIMARY KEY,
    sharpness REAL,
    dark REAL,
    bright REAL
  ) STRICT, WITHOUT ROWID;
  `,
  // Beside which photos a decision was made: a JSON array of their paths, ascending.
  `
  CREATE TABLE seen_groups (id INTEGER PRIMARY KEY, paths TEXT NOT NULL UNIQUE) STRICT;
  ALTER TABLE decisions ADD COLUMN seen_group INTEGER REFERENCES seen_groups (id);
  `,
  // One behind the other as they come: in the order of digests each new one wrote pages of its own, three times as long.
  `
  CREATE TABLE vectors_in_rows (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    embedder INTEGER NOT NULL REFERENCES embedders (id),
    vector BLOB NOT NULL,
    made_by TEXT NOT NULL,
    is_of_preview INTEGER NOT NULL DEFAULT 0,
    UNIQUE (digest, embedder)
  ) STRICT;
  INSERT INTO vectors_in_rows (digest, embedder, vector, made_by, is_of_preview)
    SELECT digest, embedder, vector, made_by, is_of_preview FROM vectors;
  DROP TABLE vectors;
  ALTER TABLE vectors_in_rows RENAME TO vectors;
  `,
];

/** Brings a database to today's version in one transaction. @throws {Error} where it is newer. */
export function migrate(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `The library is of version ${version}, which a newer program made: this one knows ${SCHEMA_VERSION}`,
    );
  }
  if (version === SCHEMA_VERSION) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Again: two may open a new library at once, and one of them has waited.
    for (const migration of MIGRATIONS.slice(versionOf(database))) database.exec(migration);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    // Where the disk is full, SQLite has done so by itself.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Version of a database's tables. */
export function versionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}
