/** What a person decided of photos. */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** What shall become of a photo. */
export type Choice = "keep" | "trash";

/** A decision on a file, as it was then. */
export interface Decision {
  /** As stored. */
  readonly path: string;
  readonly digest: Uint8Array;
  readonly choice: Choice;
}

/** The table of decisions. */
export class DecisionTable {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO decisions (path, digest, choice, decided_at) VALUES (?, ?, ?, ?)",
    );
    this.#drop = database.prepare("DELETE FROM decisions WHERE path = ?");
  }

  /** Keeps a decision in place of an earlier one. */
  put({ path, digest, choice }: Decision): void {
    this.#put.run(path, digest, choice, new Date().toISOString());
  }

  /** Takes a decision back. */
  drop(path: string): void {
    this.#drop.run(path);
  }

  /** All of them, by path. */
  all(): Decision[] {
    return this.#database.prepare("SELECT path, digest, choice FROM decisions ORDER BY path").all()
      .map(({ path, digest, choice }) => ({
        path: String(path),
        digest: digest as unknown as Uint8Array,
        choice: choice as Choice,
      }));
  }
}
