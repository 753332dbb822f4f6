import assert from "node:assert/strict";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { BufferedFile } from "./buffered_file.ts";

Deno.test("BufferedFile puts pieces of any size behind one another, and a head before them", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "an older file");
  const large = new Uint8Array((1 << 20) * 2 + 5).map((_, at) => at % 251);
  using file = new BufferedFile(path);
  for (const piece of [new Uint8Array(3), large, Uint8Array.of(9)]) file.write(piece);
  file.writeFirst(Uint8Array.of(7, 8));
  file.finish();
  const bytes = await Deno.readFile(path);
  assert.equal(bytes.length, 3 + large.length + 1);
  assert.deepEqual([...bytes.subarray(0, 5)], [7, 8, 0, 0, 1]);
  assert.deepEqual(bytes.subarray(3, -1), large);
  assert.equal(bytes.at(-1), 9);
});
