import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { readPairs, writePairs } from "./pair_file.ts";

const PAIRS = {
  a: Uint32Array.of(1, 0, 70_000),
  b: Uint32Array.of(2, 5, 80_000),
  cosines: Float32Array.of(1, 0.75, 0.5),
};

Deno.test("readPairs() gives back what was written under its key, and nothing under another", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/pairs.bin`;
  assert.equal(await readPairs(path, "key"), undefined);
  for (const pairs of [PAIRS, { ...PAIRS, a: PAIRS.b, b: PAIRS.a }]) {
    await writePairs(path, { key: "key", floor: 0.5, pairs });
    assert.deepEqual(await readPairs(path, "key"), { key: "key", floor: 0.5, pairs });
  }
  assert.equal(await readPairs(path, "other"), undefined);
});
