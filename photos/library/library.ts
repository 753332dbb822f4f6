/** A library: one SQLite database, beside the photos or where told. */
import { DatabaseSync } from "node:sqlite";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { DecisionTable } from "./decision_table.ts";
import { PhotoTable } from "./photo_table.ts";
import { QualityTable } from "./quality_table.ts";
import { lockRun } from "./run_lock.ts";
import { migrate } from "./schema.ts";
import { DamageError, messageOf, troubleOf } from "./trouble.ts";
import { VectorTable } from "./vector_table.ts";

/** Folder of a library, in the folder of the photos. */
export const LIBRARY_FOLDER = ".photos";
/** Its database. */
export const DATABASE_FILE = "photos.sqlite";
/** Of a new one: three vectors of 512 float32 fit on a page, where on SQLite's usual 4,096 bytes there is room for one. */
const PAGE_BYTES = 8192;
/** Another run may be writing: its transactions are short. */
const BUSY_MS = 10_000;

/** Not those above it: a folder of photos that is not there was misspelt. */
function makeFolder(folder: string): void {
  try {
    Deno.mkdirSync(folder);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(`there is no folder ${dirname(folder)}`, { cause: error });
    }
    const { code } = Object(error);
    if (code !== "EACCES" && code !== "EROFS" && code !== "EPERM") throw error;
    throw new Error("the folder may not be written: --library PATH puts it elsewhere", {
      cause: error,
    });
  }
}

/** A run that ended well leaves no log behind: after another one, the database is looked at before it is trusted. */
function openDatabase(file: string): DatabaseSync {
  const isLeft = exists(`${file}-wal`);
  const database = new DatabaseSync(file);
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA page_size = ${PAGE_BYTES}`);
    database.exec("PRAGMA journal_mode = WAL");
    // A power cut may take the last transactions, which are done again; never the database.
    database.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    const found = isLeft ? database.prepare("PRAGMA quick_check(1)").get()?.quick_check : "ok";
    if (found !== "ok") throw new DamageError(String(found));
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** An open library. */
export class Library implements Disposable {
  /** Its own folder, absolute. */
  readonly folder: string;
  /** What paths in the database are relative to. */
  readonly root: string;
  readonly photos: PhotoTable;
  readonly vectors: VectorTable;
  readonly decisions: DecisionTable;
  readonly qualities: QualityTable;
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync, folder: string) {
    this.#database = database;
    this.folder = folder;
    this.root = dirname(folder);
    this.photos = new PhotoTable(database);
    this.vectors = new VectorTable(database);
    this.decisions = new DecisionTable(database);
    this.qualities = new QualityTable(database);
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
      return new Library(openDatabase(join(folder, DATABASE_FILE)), folder);
    } catch (cause) {
      const reason = troubleOf(cause) ?? messageOf(cause);
      throw new Error(`Cannot open the library in ${folder}: ${reason}`, { cause });
    }
  }

  /** Keeps other runs away, until it is disposed of. @throws {Error} that says which one is there. */
  lock(work: string): Disposable {
    return lockRun(this.folder, work);
  }

  /** Does several things at once, or none of them. */
  transaction<Result>(run: () => Result): Result {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = run();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // Where the disk is full, SQLite has done so by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
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
