import assert from "node:assert/strict";
import { embedding } from "../testing/client_embedding.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { folderEmbedder, readFacts, type ShardFacts } from "./shard_facts.ts";
import { ShardFile, shardPath } from "./shard_file.ts";

async function write(place: string, facts: ShardFacts): Promise<void> {
  await using file = new ShardFile(place);
  await file.add({ id: "a", result: "not_found" });
  await file.finish(facts);
}

const ALL_BAD = { source: "sha256 ab", photos: 1, failed: 1, embedder: undefined };

Deno.test("readFacts() gives what a file says of itself, and nothing where there is none", async () => {
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  assert.equal(await readFacts(place), undefined);
  await write(place, ALL_BAD);
  assert.deepEqual(await readFacts(place), ALL_BAD);
  const { modality, space, preprocessId } = embedding();
  for (const modelDigest of [{}, { modelDigest: "d1" }]) {
    const embedder = { modality, space, preprocessId, madeBy: place, ...modelDigest };
    await write(place, { ...ALL_BAD, embedder });
    assert.deepEqual((await readFacts(place))?.embedder, embedder);
  }
});

Deno.test("readFacts() refuses what is no file of a shard", async () => {
  await using folder = await temporaryFolder();
  for (const content of ["", "no Parquet at all, and long enough to have an end"]) {
    const place = shardPath(folder.path, "a");
    await Deno.writeTextFile(place, content);
    await assert.rejects(readFacts(place), /a\.parquet is no finished shard: move it away$/);
  }
});

Deno.test("folderEmbedder() gives the first of a folder's files that has vectors", async () => {
  await using folder = await temporaryFolder();
  assert.equal(await folderEmbedder(folder.path), undefined);
  await write(shardPath(folder.path, "a"), ALL_BAD);
  assert.equal(await folderEmbedder(folder.path), undefined);
  for (const name of ["c", "b"]) {
    await write(shardPath(folder.path, name), { ...ALL_BAD, embedder: embedding({ space: name }) });
  }
  await Deno.writeTextFile(`${folder.path}/notes.txt`, "");
  assert.equal((await folderEmbedder(folder.path))?.space, "b");
});
