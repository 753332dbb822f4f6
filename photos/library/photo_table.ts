/** Files as a scan found them. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Bytes in a file. */
export interface FilePart {
  readonly offset: number;
  readonly bytes: number;
}

/** What a file's bytes say. */
export interface PhotoFacts {
  /** SHA-256. */
  readonly digest: Uint8Array;
  /** As the gateway names it, such as `jpeg`; or a format that it refuses, such as `heic`. */
  readonly format: string | undefined;
  /** In pixels, as stored: before any turn that EXIF asks for. */
  readonly width: number | undefined;
  readonly height: number | undefined;
  /** Local time of the camera, `2026-11-26T18:30:00`, with a fraction where there is one. */
  readonly takenAt: string | undefined;
  readonly camera: string | undefined;
  /** Why it will not be embedded, if that is known by now. */
  readonly problem: string | undefined;
  /** A JPEG in a file that is not embedded itself. */
  readonly preview?: FilePart;
}

/** A file as it was when it was looked at. */
export interface FileStamp {
  readonly bytes: number;
  readonly mtimeMs: number;
}

/** A photo of the library. */
export interface Photo extends FileStamp, PhotoFacts {
  readonly id: number;
  /** As stored: relative to the library's root, or absolute. */
  readonly path: string;
}

type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** The table of photos. */
export class PhotoTable {
  readonly #database: DatabaseSync;
  readonly #upsert: StatementSync;
  readonly #touch: StatementSync;
  readonly #stamp: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#upsert = database.prepare(`
      INSERT INTO photos (path, bytes, mtime_ms, digest, format, width, height, taken_at, camera, problem,
        preview_at, preview_bytes, scan, first_scan)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, mtime_ms = excluded.mtime_ms,
        digest = excluded.digest, format = excluded.format, width = excluded.width, height = excluded.height,
        taken_at = excluded.taken_at, camera = excluded.camera, problem = excluded.problem,
        preview_at = excluded.preview_at, preview_bytes = excluded.preview_bytes, scan = excluded.scan`);
    this.#touch = database.prepare("UPDATE photos SET scan = ? WHERE path = ?");
    this.#stamp = database.prepare("SELECT bytes, mtime_ms, problem FROM photos WHERE path = ?");
  }

  /** Number of the next scan. */
  nextScan(): number {
    const row = this.#database.prepare("SELECT coalesce(max(scan), 0) AS scan FROM photos").get();
    return Number(row?.scan) + 1;
  }

  /** How a file was when it was last read; `undefined` for one that was not, or could not be. */
  stampOf(path: string): FileStamp | undefined {
    const row = this.#stamp.get(path) as Row | undefined;
    if (row === undefined) return undefined;
    return { bytes: Number(row.bytes), mtimeMs: Number(row.mtime_ms) };
  }

  /** Notes that a file is there, unchanged. */
  touch(path: string, scan: number): void {
    this.#touch.run(scan, path);
  }

  /** Writes what was read of a file. */
  put(photo: Omit<Photo, "id">, scan: number): void {
    const { path, bytes, mtimeMs, ...facts } = photo;
    this.#upsert.run(
      ...[path, bytes, mtimeMs, facts.digest, facts.format ?? null] as const,
      ...[facts.width ?? null, facts.height ?? null, facts.takenAt ?? null] as const,
      ...[facts.camera ?? null, facts.problem ?? null] as const,
      ...[facts.preview?.offset ?? null, facts.preview?.bytes ?? null, scan, scan] as const,
    );
  }

  /** Notes that nobody could look at a file or a folder, so that what was known below it is not taken for gone. */
  keep(path: string, scan: number): void {
    this.#database.prepare(
      "UPDATE photos SET scan = ? WHERE path = ? OR ? = '' OR substr(path, 1, length(?) + 1) = ? || '/'",
    ).run(scan, path, path, path, path);
  }

  /**
   * Forgets files below some folders that a scan did not find.
   *
   * @param below Stored paths of folders; "" is the root.
   * @returns How many there were.
   */
  forgetUnseen(below: readonly string[], scan: number): number {
    const statement = this.#database.prepare(
      // Of the root, all that is stored relative to it.
      "DELETE FROM photos WHERE scan < ? AND CASE ? WHEN '' THEN path NOT GLOB '/*' AND path NOT GLOB '?:[/\\]*' " +
        "ELSE path = ? OR substr(path, 1, length(?) + 1) = ? || '/' END",
    );
    return below.reduce(
      (sum, folder) => sum + Number(statement.run(scan, folder, folder, folder, folder).changes),
      0,
    );
  }

  /** Forgets a file. */
  drop(path: string): void {
    this.#database.prepare("DELETE FROM photos WHERE path = ?").run(path);
  }

  /** All of them, by path. */
  *all(): Generator<Photo> {
    for (const row of this.#database.prepare("SELECT * FROM photos ORDER BY path").iterate()) {
      yield photoOf(row as Row);
    }
  }

  /** Those that have a vector of an embedder, with it, f32 [dim]; by path. */
  *withVectors(embedder: number): Generator<readonly [Photo, Float32Array<ArrayBuffer>]> {
    const statement = this.#database.prepare(`
      SELECT p.*, v.vector FROM photos p JOIN vectors v ON v.digest = p.digest AND v.embedder = ?
      ORDER BY p.path`);
    for (const row of statement.iterate(embedder) as Iterable<Row>) {
      yield [photoOf(row), new Float32Array((row.vector as Uint8Array).slice().buffer)];
    }
  }

  /** Files that are not decoded, by format, most first; those of no image that is known have none. */
  undecoded(): {
    readonly format: string | undefined;
    readonly count: number;
    /** Of them, those with a preview. */
    readonly previews: number;
  }[] {
    return this.#database.prepare(`
      SELECT format, count(*) AS count, count(preview_bytes) AS previews FROM photos
      WHERE problem IS NOT NULL GROUP BY format ORDER BY count DESC, format`)
      .all().map(({ format, count, previews }) => ({
        format: format === null ? undefined : String(format),
        count: Number(count),
        previews: Number(previews),
      }));
  }

  /** How many there are. */
  count(): number {
    return Number(this.#database.prepare("SELECT count(*) AS n FROM photos").get()?.n);
  }
}

function photoOf(row: Row): Photo {
  const text = (name: string) => (row[name] ?? undefined) as string | undefined;
  const number = (name: string) => (row[name] ?? undefined) as number | undefined;
  return {
    id: Number(row.id),
    path: String(row.path),
    bytes: Number(row.bytes),
    mtimeMs: Number(row.mtime_ms),
    digest: row.digest as Uint8Array,
    format: text("format"),
    width: number("width"),
    height: number("height"),
    takenAt: text("taken_at"),
    camera: text("camera"),
    problem: text("problem"),
    ...previewOf(row),
  };
}

/** The preview of a row of photos, if it has one. */
export function previewOf(
  row: Readonly<Record<string, unknown>>,
): { readonly preview?: FilePart } {
  const { preview_at: offset, preview_bytes: bytes } = row;
  return typeof offset === "number" && typeof bytes === "number"
    ? { preview: { offset, bytes } }
    : {};
}
