import assert from "node:assert/strict";
import { EXPORTED_MODEL, exportedPhotos } from "../../testing/exported_photos.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { writeJsonl } from "./jsonl_file.ts";

Deno.test("writeJsonl() writes an object a line, whose numbers give back each f32", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.jsonl`;
  const photos = exportedPhotos(3);
  assert.equal(await writeJsonl(path, photos), 3);
  const text = await Deno.readTextFile(path);
  assert.equal(text.at(-1), "\n");
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ vector, ...rest }) => ({ ...rest, vector: Float32Array.from(vector) })),
    photos.rows.map((row) => ({ ...row, ...EXPORTED_MODEL })),
  );
});
