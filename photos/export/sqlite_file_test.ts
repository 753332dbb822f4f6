import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { EXPORTED_MODEL, exportedPhotos } from "../../testing/exported_photos.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { writeSqlite } from "./sqlite_file.ts";

Deno.test("writeSqlite() writes a table of photos", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.sqlite`;
  const photos = exportedPhotos(3);
  assert.equal(await writeSqlite(path, photos), 3);
  using database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT * FROM photos ORDER BY path").all();
  assert.deepEqual(
    rows.map(({ vector, ...rest }) => ({
      ...rest,
      vector: new Float32Array((vector as unknown as Uint8Array).slice().buffer),
    })),
    photos.rows.map((row) => ({ ...row, ...EXPORTED_MODEL })),
  );
});
