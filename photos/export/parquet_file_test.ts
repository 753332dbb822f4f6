import assert from "node:assert/strict";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { EXPORTED_MODEL, exportedPhotos } from "../../testing/exported_photos.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { writeParquet } from "./parquet_file.ts";

const COUNT = 5000;

Deno.test("writeParquet() writes row groups that a reader gives back", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.parquet`;
  const photos = exportedPhotos(COUNT);
  assert.equal(await writeParquet(path, photos), COUNT);
  const file = (await Deno.readFile(path)).buffer;
  const metadata = await parquetMetadataAsync(file);
  assert.equal(metadata.row_groups.length, 3);
  assert.deepEqual(metadata.key_value_metadata?.map(({ key, value }) => [key, value]), [
    ...[["space", "s1"], ["preprocess_id", "p1"], ["dim", "2"]],
  ]);
  const read = await parquetReadObjects({ file });
  assert.equal(read.length, COUNT);
  for (const [at, row] of photos.rows.entries()) {
    const made = { bytes: BigInt(row.bytes), vector: [...row.vector] };
    assert.deepEqual(read[at], { ...row, ...EXPORTED_MODEL, ...made });
  }
});
