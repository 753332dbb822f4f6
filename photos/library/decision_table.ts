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

  /**
   * Takes decisions along to where their files were moved: the path is not there in this scan, and its bytes are at one path
   * that came up since. Where several did or went, nobody knows which is which, and the decisions stay.
   *
   * @returns How many there were.
   */
  follow(scan: number): number {
    const moves = this.#database.prepare(`
      SELECT d.path AS gone, min(p.path) AS path
      FROM decisions d JOIN photos was ON was.path = d.path AND was.digest = d.digest
      JOIN photos p ON p.digest = d.digest
      WHERE was.scan < ?1 AND p.scan = ?1 AND p.first_scan > was.scan
      GROUP BY d.path HAVING count(*) = 1`).all(scan);
    const newHomes = new Map<string, string[]>();
    for (const { gone, path } of moves) {
      const homes = newHomes.get(String(path)) ?? [];
      newHomes.set(String(path), [...homes, String(gone)]);
    }
    const move = this.#database.prepare("UPDATE OR IGNORE decisions SET path = ? WHERE path = ?");
    let moved = 0;
    for (const [path, [gone, ...others]] of newHomes) {
      if (gone !== undefined && others.length === 0) moved += Number(move.run(path, gone).changes);
    }
    return moved;
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
