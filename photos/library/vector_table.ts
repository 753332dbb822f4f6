/** Vectors, by the digest of what was embedded and by what embedded it. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type FilePart, previewOf } from "./photo_table.ts";

/** What makes vectors that may be compared. */
export interface Embedder {
  readonly space: string;
  readonly preprocessId: string;
  /** Length of a vector. */
  readonly dim: number;
}

/** An embedder of the library. */
export interface StoredEmbedder extends Embedder {
  readonly id: number;
  /** Vectors that it has. */
  readonly count: number;
}

/** A vector, and of what. */
export interface MadeVector {
  readonly digest: Uint8Array;
  /** Number of the embedder. */
  readonly embedder: number;
  /** f32 [dim], of length 1. */
  readonly vector: Float32Array;
  /** `local`, or the URL of a gateway. */
  readonly madeBy: string;
  /** Whether it is of a preview in the file. */
  readonly isOfPreview?: boolean;
}

/** A photo without a vector. */
export interface MissingPhoto {
  /** As stored; one of several with the same bytes. */
  readonly path: string;
  readonly digest: Uint8Array;
  /** What is embedded in its place. */
  readonly preview?: FilePart;
}

/** Why there is no vector of some bytes. */
export interface RefusedPhoto {
  readonly digest: Uint8Array;
  readonly code: string;
  readonly message: string;
}

/** The tables of vectors. */
export class VectorTable {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #refuse: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO vectors (digest, embedder, vector, made_by, is_of_preview) VALUES (?, ?, ?, ?, ?)",
    );
    this.#refuse = database.prepare(
      "INSERT OR REPLACE INTO refusals (digest, code, message) VALUES (?, ?, ?)",
    );
  }

  /** Number of an embedder, which is made if it is new. */
  idOf({ space, preprocessId, dim }: Embedder): number {
    this.#database.prepare(
      "INSERT INTO embedders (space, preprocess_id, dim) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    ).run(space, preprocessId, dim);
    const row = this.#database.prepare(
      "SELECT id FROM embedders WHERE space = ? AND preprocess_id = ?",
    ).get(space, preprocessId);
    return Number(row?.id);
  }

  /** All embedders, the library's own first: the one that was chosen last, or that has most vectors. */
  embedders(): StoredEmbedder[] {
    return this.#database.prepare(`
      SELECT e.id, e.space, e.preprocess_id, e.dim, count(v.digest) AS count
      FROM embedders e LEFT JOIN vectors v ON v.embedder = e.id
      GROUP BY e.id ORDER BY e.choice DESC, count DESC, e.id`)
      .all().map((row) => ({
        id: Number(row.id),
        space: String(row.space),
        preprocessId: String(row.preprocess_id),
        dim: Number(row.dim),
        count: Number(row.count),
      }));
  }

  /** What the library's photos are embedded by; `undefined` while it has no vector, and nothing was chosen. */
  chosen(): Embedder | undefined {
    const [first] = this.embedders();
    const isChosen = this.#database.prepare("SELECT 1 FROM embedders WHERE choice > 0").get();
    if (first === undefined || first.count === 0 && isChosen === undefined) return undefined;
    const { space, preprocessId, dim } = first;
    return { space, preprocessId, dim };
  }

  /** Makes an embedder the library's own, whatever vectors it has. */
  choose(embedder: Embedder): void {
    this.#database.prepare(
      "UPDATE embedders SET choice = (SELECT max(choice) + 1 FROM embedders) WHERE id = ?",
    ).run(this.idOf(embedder));
  }

  /** Some vectors of an embedder, with a path that has such bytes. */
  samples(embedder: Embedder, count: number): {
    readonly path: string;
    readonly digest: Uint8Array;
    readonly vector: Float32Array;
  }[] {
    return this.#database.prepare(`
      SELECT p.path, v.digest, v.vector FROM vectors v JOIN photos p ON p.digest = v.digest
      WHERE v.embedder = ? AND p.problem IS NULL LIMIT ?`)
      .all(this.idOf(embedder), count).map(({ path, digest, vector }) => ({
        path: String(path),
        digest: digest as unknown as Uint8Array,
        vector: new Float32Array((vector as unknown as Uint8Array).slice().buffer),
      }));
  }

  /** Keeps a vector. */
  put({ digest, embedder, vector, madeBy, isOfPreview = false }: MadeVector): void {
    const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
    this.#put.run(digest, embedder, bytes, madeBy, Number(isOfPreview));
  }

  /** Keeps a vector that was made elsewhere, unless one is there. @returns whether none was. */
  takeOver(made: MadeVector): boolean {
    const row = this.#database.prepare("SELECT 1 FROM vectors WHERE digest = ? AND embedder = ?")
      .get(made.digest, made.embedder);
    if (row !== undefined) return false;
    this.put(made);
    // Another gateway's limits may have been narrower.
    this.#database.prepare("DELETE FROM refusals WHERE digest = ?").run(made.digest);
    return true;
  }

  /** Keeps a refusal of what has no vector, unless one is there. @returns how many are new. */
  takeOverRefusal({ digest, code, message }: RefusedPhoto): number {
    return Number(
      this.#database.prepare(`
        INSERT INTO refusals (digest, code, message) SELECT ?1, ?2, ?3
        WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE digest = ?1) ON CONFLICT DO NOTHING`)
        .run(digest, code, message).changes,
    );
  }

  /** Keeps why there is no vector; the same bytes are not sent again. */
  refuse({ digest, code, message }: RefusedPhoto): void {
    this.#refuse.run(digest, code, message);
  }

  /** Forgets refusals, so that they are sent again. */
  forgetRefusals(): void {
    this.#database.exec("DELETE FROM refusals");
  }

  /**
   * Photos without a vector of an embedder, a digest once, in the order of their paths.
   *
   * @param embedder `undefined` where none is known yet: those without any vector.
   * @param takesPreviews Whether files that are not decoded come, too, where they have a preview.
   */
  missing(embedder: number | undefined, takesPreviews = false): MissingPhoto[] {
    const of = embedder === undefined ? "" : " AND v.embedder = ?";
    const previews = takesPreviews ? " OR p.preview_bytes IS NOT NULL" : "";
    const statement = this.#database.prepare(`
      SELECT min(p.path) AS path, p.digest, p.preview_at, p.preview_bytes FROM photos p
      WHERE (p.problem IS NULL${previews})
        AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.digest = p.digest${of})
        AND NOT EXISTS (SELECT 1 FROM refusals r WHERE r.digest = p.digest)
      GROUP BY p.digest ORDER BY path`);
    const rows = embedder === undefined ? statement.all() : statement.all(embedder);
    return rows.map((row) => ({
      path: String(row.path),
      digest: row.digest as unknown as Uint8Array,
      ...previewOf(row),
    }));
  }

  /**
   * Vectors of photos that are there, a digest once, in the order of digests.
   *
   * @returns f32 [n, dim], row-major, and digests in hex.
   */
  matrix({ id, dim }: Pick<StoredEmbedder, "id" | "dim">): {
    readonly digests: readonly string[];
    readonly rows: Float32Array<ArrayBuffer>;
  } {
    const where =
      "FROM vectors v WHERE v.embedder = ? AND EXISTS (SELECT 1 FROM photos p WHERE p.digest = v.digest)";
    const count = Number(this.#database.prepare(`SELECT count(*) AS n ${where}`).get(id)?.n);
    const rows = new Float32Array(count * dim);
    const bytes = new Uint8Array(rows.buffer);
    const digests: string[] = [];
    const statement = this.#database.prepare(
      `SELECT lower(hex(v.digest)) AS digest, v.vector ${where} ORDER BY v.digest`,
    );
    for (const row of statement.iterate(id)) {
      bytes.set(row.vector as unknown as Uint8Array, digests.length * dim * 4);
      digests.push(String(row.digest));
    }
    return { digests, rows };
  }

  /** The vector of some bytes, f32 [dim]; `undefined` where there is none. */
  of(digest: Uint8Array, embedder: number): Float32Array<ArrayBuffer> | undefined {
    const row = this.#database.prepare(
      "SELECT vector FROM vectors WHERE digest = ? AND embedder = ?",
    ).get(digest, embedder);
    if (row === undefined) return undefined;
    return new Float32Array((row.vector as unknown as Uint8Array).slice().buffer);
  }

  /** Refusals of photos that are there, with one path each. */
  refusals(): (Omit<RefusedPhoto, "digest"> & { readonly path: string })[] {
    return this.#database.prepare(`
      SELECT p.path, r.code, r.message FROM refusals r JOIN photos p ON p.digest = r.digest ORDER BY p.path`)
      .all().map(({ path, code, message }) => ({
        path: String(path),
        code: String(code),
        message: String(message),
      }));
  }
}
