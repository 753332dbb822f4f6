/** What two libraries have to have in common, whatever happened on the way. */
import { DatabaseSync } from "node:sqlite";

/** The content of a library's database, but for numbers that tell of its history. */
export interface LibraryContent {
  /** Rows of photos, refusals and decisions, as JSON. */
  readonly rows: readonly string[];
  /** f32 [dim] by digest, space and preprocess id. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
  /** Vectors by who made them. */
  readonly madeBy: Readonly<Record<string, number>>;
}

const TABLES: readonly string[] = [
  "SELECT path, bytes, mtime_ms, hex(digest), format, width, height, taken_at, camera, problem FROM photos ORDER BY path",
  "SELECT hex(digest), code, message FROM refusals ORDER BY 1",
  "SELECT path, hex(digest), choice FROM decisions ORDER BY path",
];

/** Reads a library. */
export function readContent(folder: string): LibraryContent {
  using database = new DatabaseSync(`${folder}/photos.sqlite`, { readOnly: true });
  const rows = TABLES.flatMap((sql) =>
    database.prepare(sql).all().map((row) => JSON.stringify(Object.values(row)))
  );
  const vectors = new Map<string, Float32Array>();
  const madeBy: Record<string, number> = {};
  const statement = database.prepare(`
    SELECT hex(v.digest) AS digest, e.space, e.preprocess_id, v.vector, v.made_by
    FROM vectors v JOIN embedders e ON e.id = v.embedder`);
  for (const row of statement.iterate()) {
    const bytes = row.vector as unknown as Uint8Array;
    const key = `${row.digest} ${row.space} ${row.preprocess_id}`;
    vectors.set(key, new Float32Array(bytes.slice().buffer));
    const who = String(row.made_by);
    madeBy[who] = (madeBy[who] ?? 0) + 1;
  }
  return { rows, vectors, madeBy };
}

/** Why two are not the same; nothing where they are. Batches of other sizes may round differently. */
export function differences(one: LibraryContent, other: LibraryContent): string[] {
  const found: string[] = [];
  const others = new Set(other.rows);
  const missing = one.rows.filter((row) => !others.has(row));
  if (one.rows.length !== other.rows.length || missing.length > 0) {
    found.push(`${missing.length} rows differ, of ${one.rows.length} and ${other.rows.length}`);
  }
  if (one.vectors.size !== other.vectors.size) {
    found.push(`${one.vectors.size} vectors, not ${other.vectors.size}`);
  }
  let worst = 0;
  for (const [key, vector] of one.vectors) {
    const same = other.vectors.get(key);
    worst = Math.max(worst, same === undefined ? 1 : largestStep(vector, same));
  }
  if (worst > STEP_MAX) found.push(`vectors differ by ${worst}`);
  return found;
}

const STEP_MAX = 1e-6;

function largestStep(one: Float32Array, other: Float32Array): number {
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? NaN))), 0);
}
