/** Takes over what other machines have embedded. */
import { DatabaseSync } from "node:sqlite";
import type { Library } from "./library.ts";
import { SCHEMA_VERSION, versionOf } from "./schema.ts";
import { DamageError } from "./trouble.ts";

/** What came of it. */
export interface MergeTotals {
  /** Vectors and refusals that were taken over. */
  vectors: number;
  refusals: number;
  /** Vectors that were there already. */
  known: number;
}

/** Rows of a transaction: whoever else writes waits for one at most. */
const BATCH = 1000;

/**
 * Takes over vectors by digest and embedder, and refusals of what nobody has embedded; what is there stays. Nothing of the
 * other library is changed, and a cut costs a thousand rows.
 *
 * @param file The other library's database.
 * @throws {Error} where it is of another version, in a sentence.
 */
export function mergeLibrary(library: Library, file: string, signal?: AbortSignal): MergeTotals {
  using other = new DatabaseSync(file, { readOnly: true });
  assertVersion(other);
  const totals: MergeTotals = { vectors: 0, refusals: 0, known: 0 };
  const ids = new Map<number, { readonly id: number; readonly bytes: number }>();
  for (const row of other.prepare("SELECT id, space, preprocess_id, dim FROM embedders").all()) {
    const dim = Number(row.dim);
    const embedder = { space: String(row.space), preprocessId: String(row.preprocess_id), dim };
    ids.set(Number(row.id), { id: library.vectors.idOf(embedder), bytes: 4 * dim });
  }
  for (const batch of batches(other.prepare("SELECT * FROM vectors"))) {
    signal?.throwIfAborted();
    library.transaction(() => {
      for (const row of batch) {
        const known = ids.get(Number(row.embedder));
        const bytes = row.vector as unknown as Uint8Array;
        if (known?.bytes !== bytes.length) throw new DamageError("a vector of another length");
        const isNew = library.vectors.takeOver({
          digest: row.digest as unknown as Uint8Array,
          embedder: known.id,
          vector: new Float32Array(bytes.slice().buffer),
          madeBy: String(row.made_by),
          isOfPreview: row.is_of_preview === 1,
        });
        totals[isNew ? "vectors" : "known"]++;
      }
    });
  }
  for (const batch of batches(other.prepare("SELECT * FROM refusals"))) {
    library.transaction(() => {
      for (const { digest, code, message } of batch) {
        totals.refusals += library.vectors.takeOverRefusal({
          digest: digest as unknown as Uint8Array,
          code: String(code),
          message: String(message),
        });
      }
    });
  }
  return totals;
}

function assertVersion(database: DatabaseSync): void {
  const version = versionOf(database);
  if (version === SCHEMA_VERSION) return;
  throw new Error(
    `It is of version ${version}, and this program merges ${SCHEMA_VERSION}: ${
      version > SCHEMA_VERSION
        ? "a newer program made it"
        : "photos stats brings it up to date where it is"
    }`,
  );
}

type Statement = ReturnType<DatabaseSync["prepare"]>;
type Row = NonNullable<ReturnType<Statement["get"]>>;

function* batches(statement: Statement): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of statement.iterate()) {
    batch.push(row as Row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
