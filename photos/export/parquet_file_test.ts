import assert from "node:assert/strict";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import type { ExportRow } from "./export_rows.ts";
import { writeParquet } from "./parquet_file.ts";

const COUNT = 5000;

function* rows(): Generator<ExportRow> {
  for (let number = 0; number < COUNT; number++) {
    const isBare = number % 2 === 0;
    yield {
      ...{ path: `/photos/ü ${number}.jpg`, digest: number.toString(16).padStart(64, "0") },
      ...{ bytes: 5e9 + number, width: isBare ? null : 40, height: isBare ? null : 30 },
      ...{ taken_at: isBare ? null : "2026-11-26T18:30:00", camera: null },
      vector: Float32Array.of(number / COUNT, -1),
    };
  }
}

// That pyarrow and DuckDB read it, too, docs/photos-export.md shows.
Deno.test("writeParquet() writes row groups that a reader gives back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.parquet`;
  const embedder = { id: 1, space: "s1", preprocessId: "p1", dim: 2, count: COUNT };
  assert.equal(await writeParquet(path, { embedder, rows: rows() }), COUNT);
  const file = (await Deno.readFile(path)).buffer;
  const metadata = await parquetMetadataAsync(file);
  assert.equal(metadata.row_groups.length, 3);
  assert.deepEqual(metadata.key_value_metadata?.map(({ key, value }) => [key, value]), [
    ...[["space", "s1"], ["preprocess_id", "p1"], ["dim", "2"]],
  ]);
  const read = await parquetReadObjects({ file });
  assert.equal(read.length, COUNT);
  const model = { space: "s1", preprocess_id: "p1" };
  for (const [at, row] of [...rows()].entries()) {
    const expected = { ...row, ...model, bytes: BigInt(row.bytes), vector: [...row.vector] };
    assert.deepEqual(read[at], expected);
  }
});
