import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { BatchSize } from "../client/batch_size.ts";
import { EmbeddingClient } from "../client/embedding_client.ts";
import { GatewayFront } from "../testing/gateway_front.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { embedShard, type EmbedShardOptions, type ShardProgress } from "./embed_shard.ts";
import { OneModel, OtherModelError } from "./one_model.ts";
import { type Photo, photoError } from "./photo.ts";
import { shardPath } from "./shard_file.ts";

const CAT = await testFile("photos/cat.jpg");
const ROCKET = await testFile("photos/rocket.jpg");
const DAMAGED = await testFile("goldens/refused/damaged_baseline_cut_half.jpg");

function photosOf(...files: (Uint8Array<ArrayBuffer> | Error)[]): Photo[] {
  return files.map((file, index) => ({
    id: `photo ${index}`,
    read: () => file instanceof Error ? Promise.reject(file) : Promise.resolve(file.slice()),
  }));
}

const open = (photos: readonly Photo[]) => ({ source: "a test", count: photos.length, photos });

function optionsFor(url: string, options: Partial<EmbedShardOptions> = {}): EmbedShardOptions {
  return {
    client: new EmbeddingClient({ url, retry: { attemptsMax: 1 } }),
    model: new OneModel(),
    concurrency: 1,
    batchSize: new BatchSize(1e6),
    failedMax: 0.9,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...options,
  };
}

const namesIn = (folder: string) => Array.fromAsync(Deno.readDir(folder), ({ name }) => name);

Deno.test("embedShard() writes what the gateway says of every photo, in order", async () => {
  await using gateway = await startGateway();
  await using folder = await temporaryFolder();
  const gone = photoError("not_found", "gone");
  const photos = photosOf(...Array(40).fill(CAT), gone, ROCKET, DAMAGED, new Uint8Array(), CAT);
  const place = shardPath(folder.path, "a");
  const seen: ShardProgress[] = [];
  const options = optionsFor(gateway.url, { onProgress: (progress) => seen.push(progress) });
  const facts = await embedShard(open(photos), place, options);
  assert.deepEqual([facts.photos, facts.failed], [45, 3]);
  assert.deepEqual([seen.at(-1)?.count, seen.at(-1)?.concurrency], [45, 1]);
  const rows = await parquetReadObjects({ file: (await Deno.readFile(place)).buffer });
  assert.deepEqual(rows.map(({ id }) => id), photos.map(({ id }) => id));
  const failed = rows.filter(({ status }) => status !== "ok").map(({ id, status }) => [id, status]);
  assert.deepEqual(failed, [
    ["photo 40", "not_found"],
    ["photo 42", "invalid_image"],
    ["photo 43", "invalid_body"],
  ]);
  const { vector, preprocessId, modelDigest, space } = await options.client.embed(ROCKET.slice());
  assert.deepEqual({ ...rows[41] }, {
    ...{ id: "photo 41", embedding: [...vector], status: "ok" },
    ...{ preprocess_id: preprocessId, model_digest: modelDigest, embedding_space: space },
  });
});

Deno.test("embedShard() writes nothing where another model answers on the way", async () => {
  await using gateway = await startGateway();
  await using front = new GatewayFront(gateway.url);
  await using folder = await temporaryFolder();
  for (const header of ["x-model-digest", "x-preprocess-id", "x-embedding-space"]) {
    let replies = 0;
    front.rewrite = (headers) => ++replies > 1 && headers.set(header, "other");
    const photos = photosOf(...Array(70).fill(CAT));
    await assert.rejects(
      embedShard(open(photos), shardPath(folder.path, "a"), optionsFor(front.url)),
      (error) => error instanceof OtherModelError && error.message.includes("other"),
    );
    assert.deepEqual(await namesIn(folder.path), []);
  }
});

Deno.test("embedShard() writes nothing where too many photos fail, and says by what", async () => {
  await using gateway = await startGateway();
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  const photos = photosOf(CAT, DAMAGED, photoError("not_found", "gone"), DAMAGED);
  await assert.rejects(
    embedShard(open(photos), place, optionsFor(gateway.url, { failedMax: 0.5 })),
    /^Error: Of 4 photos of .*a\.parquet too many failed, .*: 2 by invalid_image, 1 by not_found; the first is photo \d: /,
  );
  assert.deepEqual(await namesIn(folder.path), []);
  await embedShard(open(photos), place, optionsFor(gateway.url, { failedMax: 0.75 }));
});

Deno.test("embedShard() stops at what is no photo's fault, and when it is told to", async () => {
  await using gateway = await startGateway();
  await using folder = await temporaryFolder();
  const place = shardPath(folder.path, "a");
  const broken = new Error("Input/output error (os error 5)");
  const photos = photosOf(CAT, broken);
  await assert.rejects(embedShard(open(photos), place, optionsFor(gateway.url)), broken);
  const signal = AbortSignal.abort(new Error("enough"));
  const stopped = embedShard(open(photosOf(CAT)), place, optionsFor(gateway.url, { signal }));
  await assert.rejects(stopped, /^Error: enough$/);
  const nobody = embedShard(open(photosOf(CAT)), place, optionsFor("http://127.0.0.1:1"));
  await assert.rejects(nobody, { code: "unreachable" });
  assert.deepEqual(await namesIn(folder.path), []);
});
