import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { embedding } from "../testing/client_embedding.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { removeParts, ShardFile, shardPath } from "./shard_file.ts";

const COUNT = 1500;
const GOOD = embedding({ modelDigest: "d1" }, [1, 0.5]);
const FACTS = { source: "test", photos: COUNT, failed: 500, embedder: GOOD };

async function write(place: string): Promise<void> {
  await using file = new ShardFile(place);
  for (let index = 0; index < COUNT; index++) {
    await file.add({ id: `photo ${index}`, result: index % 3 === 0 ? "invalid_image" : GOOD });
  }
  await file.finish(FACTS);
}

const namesIn = (folder: string) => Array.fromAsync(Deno.readDir(folder), ({ name }) => name);

Deno.test("ShardFile writes rows in order, with a status for every photo and a vector for good ones", async () => {
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  await write(place);
  assert.deepEqual(await namesIn(folder.path), ["a.parquet"]);
  const rows = await parquetReadObjects({ file: (await Deno.readFile(place)).buffer });
  assert.deepEqual(rows.map(({ id }) => id), [...Array(COUNT).keys()].map((at) => `photo ${at}`));
  assert.deepEqual({ ...rows[0] }, {
    ...{ id: "photo 0", embedding: undefined, status: "invalid_image" },
    ...{ preprocess_id: null, model_digest: null, embedding_space: null },
  });
  assert.deepEqual({ ...rows[1499] }, {
    ...{ id: "photo 1499", embedding: [1, 0.5], status: "ok" },
    ...{ preprocess_id: "p1", model_digest: "d1", embedding_space: "s1" },
  });
});

Deno.test("ShardFile has no name before it is whole, and leaves nothing where it is given up", async () => {
  await using folder = await temporaryFolder();
  {
    await using file = new ShardFile(shardPath(folder.path, "a"));
    await file.add({ id: "a", result: GOOD });
    const [name = ""] = await namesIn(folder.path);
    assert.match(name, /^\.a\.parquet\..+\.part$/);
  }
  assert.deepEqual(await namesIn(folder.path), []);
});

Deno.test("ShardFile lets another worker's file stand that has cleared its own away, and only that", async () => {
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  for (const isThere of [false, true]) {
    if (isThere) await write(place);
    await using file = new ShardFile(place);
    await removeParts(place);
    const finishing = file.finish(FACTS);
    if (isThere) await finishing;
    else await assert.rejects(finishing, Deno.errors.NotFound);
  }
});

Deno.test("ShardFile replaces the same of another worker, byte for byte, and removeParts() what is left", async () => {
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  await write(place);
  const first = await Deno.readFile(place);
  await write(place);
  assert.deepEqual(await Deno.readFile(place), first);
  for (const name of [".a.parquet.1.part", ".b.parquet.1.part"]) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "cut off");
  }
  await removeParts(place);
  assert.deepEqual((await namesIn(folder.path)).sort(), [".b.parquet.1.part", "a.parquet"]);
});
