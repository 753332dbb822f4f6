import assert from "node:assert/strict";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { optional, ParquetFile, required, text, vectorColumn } from "./parquet_file.ts";

Deno.test("ParquetFile writes row groups, vectors that may be missing, and what is said of the file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.parquet`;
  const vectors = [[1, 2], null, [3, 0.5]];
  {
    using file = new ParquetFile(path, [
      { name: "rows", num_children: 2 },
      { name: "id", ...text, ...required },
      ...vectorColumn("vector", optional),
    ]);
    for (const letter of ["a", "b"]) {
      await file.write([
        { name: "id", data: vectors.map((_, at) => letter + at) },
        { name: "vector", data: vectors },
      ]);
    }
    await file.write([{ name: "id", data: [] }, { name: "vector", data: [] }]);
    await file.finish({ made_by: "a test" });
  }
  const file = (await Deno.readFile(path)).buffer;
  const metadata = await parquetMetadataAsync(file);
  assert.equal(metadata.row_groups.length, 2);
  assert.deepEqual(metadata.key_value_metadata, [{ key: "made_by", value: "a test" }]);
  const expected = ["a", "b"].flatMap((letter) =>
    vectors.map((vector, at) => ({ id: letter + at, vector: vector ?? undefined }))
  );
  assert.deepEqual(await parquetReadObjects({ file }), expected);
});
