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
  /** Stored paths of the photos that it was seen among, its own included; `undefined` where it was seen alone. */
  readonly group?: readonly string[] | undefined;
}

type Row = Readonly<Record<string, unknown>>;

/** The table of decisions. */
export class DecisionTable {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO decisions (path, digest, choice, decided_at, seen_group) VALUES (?, ?, ?, ?, ?)",
    );
    this.#drop = database.prepare("DELETE FROM decisions WHERE path = ?");
  }

  /** Keeps a decision in place of an earlier one. */
  put({ path, digest, choice, group }: Decision): void {
    const seen = group === undefined ? null : this.#groupId(group);
    this.#put.run(path, digest, choice, new Date().toISOString(), seen);
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

  /** The decision on a file; `undefined` where there is none. */
  of(path: string): Decision | undefined {
    const row = this.#database.prepare(`${SELECT} WHERE d.path = ?`).get(path);
    return row && decisionOf(row);
  }

  /** All of them, by path. */
  all(): Decision[] {
    return this.#database.prepare(`${SELECT} ORDER BY d.path`).all().map(decisionOf);
  }

  /** Many photos are decided beside one another: their group is kept once. */
  #groupId(group: readonly string[]): number {
    const paths = JSON.stringify(group.toSorted());
    this.#database.prepare("INSERT INTO seen_groups (paths) VALUES (?) ON CONFLICT DO NOTHING")
      .run(paths);
    const row = this.#database.prepare("SELECT id FROM seen_groups WHERE paths = ?").get(paths);
    return Number(row?.id);
  }
}

const SELECT = "SELECT d.path, d.digest, d.choice, g.paths FROM decisions d " +
  "LEFT JOIN seen_groups g ON g.id = d.seen_group";

function decisionOf({ path, digest, choice, paths }: Row): Decision {
  return {
    path: String(path),
    digest: digest as Uint8Array,
    choice: choice as Choice,
    ...typeof paths === "string" && { group: JSON.parse(paths) as string[] },
  };
}
