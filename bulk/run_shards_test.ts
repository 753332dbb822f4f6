import assert from "node:assert/strict";
import { parquetReadObjects } from "hyparquet";
import { packTar } from "modern-tar";
import { BatchSize } from "../client/batch_size.ts";
import { EmbeddingClient } from "../client/embedding_client.ts";
import { GatewayFront } from "../testing/gateway_front.ts";
import { startGateway, testFile } from "../testing/harness.ts";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { FinalError } from "./final_error.ts";
import { type RunOptions, runShards } from "./run_shards.ts";
import { findShards } from "./shard.ts";

const CAT = await testFile("photos/cat.jpg");

/** A folder of photos and shards, and one for what is made of them. */
async function trial(shards: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/in`);
  await Deno.mkdir(`${folder.path}/out`);
  await Deno.writeFile(`${folder.path}/in/cat.jpg`, CAT);
  for (const [name, content] of Object.entries(shards)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(`${folder.path}/in/${name}`, bytes);
  }
  return {
    folder: folder.path,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function run(folder: string, url: string, options: Partial<RunOptions> = {}) {
  const told: string[] = [];
  await runShards(await findShards([`${folder}/in`]), {
    client: new EmbeddingClient({ url, retry: { attemptsMax: 1 } }),
    read: { bytesMax: 1e6, readAheadMax: 4 },
    out: `${folder}/out`,
    report: {
      started: ({ name }) => told.push(name),
      progress: () => {},
      finished: (_, seconds) => told.push(seconds === undefined ? "skipped" : "made"),
    },
    concurrency: 1,
    batchSize: new BatchSize(1e6),
    failedMax: 0.5,
    signal: new AbortController().signal,
    ...options,
  });
  return told;
}

async function rowsOf(folder: string, name: string) {
  const { buffer } = await Deno.readFile(`${folder}/out/${name}.parquet`);
  return await parquetReadObjects({ file: buffer });
}

Deno.test("runShards() embeds files, addresses and tars, once, and clears away what was cut off", async () => {
  await using gateway = await startGateway();
  await using host = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(CAT),
  );
  await using at = await trial({
    "a.txt": "cat.jpg\nnone.jpg\tnone\n",
    "b.txt": `http://127.0.0.1:${host.addr.port}/c.jpg?signature=1\n`,
    "c.tar": await packTar([{ header: { name: "t.jpg", size: CAT.length }, body: CAT }]),
  });
  await Deno.writeTextFile(`${at.folder}/out/.a.parquet.0.part`, "cut off");
  const told = await run(at.folder, gateway.url);
  assert.deepEqual(told, ["a", "made", "b", "made", "c", "made"]);
  const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => rowsOf(at.folder, name)));
  assert.deepEqual(a?.map(({ id, status }) => [id, status]), [
    ["cat.jpg", "ok"],
    ["none", "not_found"],
  ]);
  assert.deepEqual(b?.[0]?.embedding, a?.[0]?.embedding);
  assert.deepEqual(c?.[0]?.embedding, a?.[0]?.embedding);
  const again = await run(at.folder, gateway.url);
  assert.deepEqual(again, ["a", "skipped", "b", "skipped", "c", "skipped"]);
  const names = await Array.fromAsync(Deno.readDir(`${at.folder}/out`), ({ name }) => name);
  assert.deepEqual(names.sort(), ["a.parquet", "b.parquet", "c.parquet"]);
});

Deno.test("runShards() takes no other list for the one of which a file was made", async () => {
  await using gateway = await startGateway();
  await using at = await trial({ "a.txt": "cat.jpg\n" });
  await run(at.folder, gateway.url);
  await Deno.writeTextFile(`${at.folder}/in/a.txt`, "cat.jpg\tother\n");
  await assert.rejects(
    run(at.folder, gateway.url),
    (error) => error instanceof FinalError && /was made of another .* by --out/.test(error.message),
  );
});

Deno.test("runShards() adds no vectors of another model to a folder, however often it is tried", async () => {
  await using gateway = await startGateway();
  await using front = new GatewayFront(gateway.url);
  await using at = await trial({ "a.txt": "cat.jpg\n" });
  await run(at.folder, front.url);
  await Deno.writeTextFile(`${at.folder}/in/b.txt`, "cat.jpg\n");
  front.rewrite = (headers) => headers.set("x-model-digest", "other");
  for (let attempt = 0; attempt < 2; attempt++) {
    await assert.rejects(
      run(at.folder, front.url),
      (error) => error instanceof FinalError && /Name another folder by --out/.test(error.message),
    );
  }
  front.rewrite = () => {};
  assert.deepEqual(await run(at.folder, front.url), ["a", "skipped", "b", "made"]);
});

Deno.test("runShards() tells what is wrong for good from what may pass", async () => {
  await using gateway = await startGateway({ GATEWAY_API_KEYS: "a-key-of-test-0123456" });
  await using at = await trial({ "a.txt": "cat.jpg\n" });
  const keyless = run(at.folder, gateway.url);
  await assert.rejects(keyless, FinalError);
  const away = run(at.folder, "http://127.0.0.1:1");
  await assert.rejects(away, (error) => !(error instanceof FinalError));
  const nowhere = run(at.folder, gateway.url, { out: `${at.folder}/gone` });
  await assert.rejects(nowhere, FinalError);
});
