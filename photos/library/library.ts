/** A library: one SQLite database, beside the photos or where told. */
import { DatabaseSync } from "node:sqlite";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { DecisionTable } from "./decision_table.ts";
import { PhotoTable } from "./photo_table.ts";
import { migrate } from "./schema.ts";
import { VectorTable } from "./vector_table.ts";

/** Folder of a library, in the folder of the photos. */
export const LIBRARY_FOLDER = ".photos";
const DATABASE_FILE = "photos.sqlite";
/** Another run may be writing: its transactions are short. */
const BUSY_MS = 10_000;

/** Not those above it: a folder of photos that is not there was misspelt. */
function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
}

/** An open library. */
export class Library implements Disposable {
  /** What paths in the database are relative to. */
  readonly root: string;
  readonly photos: PhotoTable;
  readonly vectors: VectorTable;
  readonly decisions: DecisionTable;
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync, root: string) {
    this.#database = database;
    this.root = root;
    this.photos = new PhotoTable(database);
    this.vectors = new VectorTable(database);
    this.decisions = new DecisionTable(database);
  }

  /**
   * Opens the library of a folder of photos, which is made if it is not there.
   *
   * @param folder The library's own, absolute: `DIR/.photos`.
   * @throws {Error} why it cannot be opened, in a sentence.
   */
  static open(folder: string): Library {
    try {
      makeFolder(folder);
      const database = new DatabaseSync(join(folder, DATABASE_FILE));
      database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL`);
      // A power cut may take the last transactions, which are done again; never the database.
      database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
      migrate(database);
      return new Library(database, dirname(folder));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot open the library in ${folder}: ${reason}`, { cause });
    }
  }

  /** Does several things at once, or none of them. */
  transaction<Result>(run: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = run();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** A path as the database has it: relative to the root where it lies below, with slashes. */
  stored(path: string): string {
    const below = relative(this.root, path);
    const isOutside = below === ".." || below.startsWith(`..${sep}`) || isAbsolute(below);
    return isOutside ? path : below.replaceAll(sep, "/");
  }

  /** The absolute path of a stored one. */
  absolute(stored: string): string {
    return resolve(this.root, stored);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
