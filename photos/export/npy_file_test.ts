import assert from "node:assert/strict";
import { exportedPhotos } from "../../testing/exported_photos.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { writeNpy } from "./npy_file.ts";

Deno.test("writeNpy() writes an array of version 1.0, and a line for each row", async () => {
  await using folder = await temporaryFolder();
  const [path, lines] = [`${folder.path}/a.npy`, `${folder.path}/a.jsonl`];
  const photos = exportedPhotos(3);
  assert.equal(await writeNpy(path, lines, photos), 3);
  const bytes = await Deno.readFile(path);
  assert.equal(bytes.subarray(0, 10).toHex(), "934e554d505901007600");
  assert.match(
    new TextDecoder().decode(bytes.subarray(10, 128)),
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 2\), \} +\n$/,
  );
  assert.deepEqual(
    [...new Float32Array(bytes.buffer, 128)],
    photos.rows.flatMap(({ vector }) => [...vector]),
  );
  const read = (await Deno.readTextFile(lines)).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(read.map(({ path }) => path), photos.rows.map(({ path }) => path));
  assert.ok(read.every(({ vector }) => vector === undefined));
});
