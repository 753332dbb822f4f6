import assert from "node:assert/strict";
import { cosine } from "../../client/embedding.ts";
import { findTurboJpeg } from "../../preprocess/decode/jpeg/turbojpeg_library.ts";
import { runKillable } from "../killable_program.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { seededRandom } from "../mosaic.ts";
import { BulkJob } from "./bulk_job.ts";
import { generateShards } from "./generated_shards.ts";
import { runKilled } from "./killed_job.ts";
import { mergedRows } from "./merged_rows.ts";
import { RestartedGateway } from "./restarted_gateway.ts";

const PHOTOS = 300;
const ENV = { GATEWAY_ISOLATES: "1", GATEWAY_MODEL_THREADS: "1", GATEWAY_DECODE_WORKERS: "1" };
/** Of two batches of other neighbours. */
const SAME_COSINE = 1 - 1e-5;

Deno.test({
  name:
    "bulk, whose workers and gateway are killed, has every photo once, with an undisturbed run's vector",
  // Photos are encoded by it, and a gateway's command is a shell's.
  ignore: Deno.build.os === "windows" || findTurboJpeg().path === undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const { ids, lists } = await generateShards(folder.path, { photos: PHOTOS, shards: 4 });
    await using gateway = await RestartedGateway.start(ENV);
    const { url } = gateway;
    const calm = `${folder.path}/calm`;
    await new BulkJob({ lists, out: calm, url, workers: 1 }).run();
    const out = `${folder.path}/out`;
    const job = new BulkJob({ lists, out, url, workers: 2 });
    const random = seededRandom(Date.now());
    const { workers } = await runKilled(job, gateway, { kills: 6, everyMs: 150, random });
    assert.ok(workers > 0 && job.starts > 2, `${workers} kills, ${job.starts} starts`);
    const [expected, rows] = await Promise.all([calm, out].map(mergedRows));
    assert.deepEqual(rows?.map(({ id }) => id), ids);
    for (const [at, row] of (rows ?? []).entries()) {
      const { embedding, ...others } = row;
      const { embedding: calmly, ...calmOthers } = expected?.[at] ?? row;
      assert.deepEqual(others, calmOthers);
      assert.equal(others.status, "ok");
      const [a, b] = [embedding, calmly].map((vector) => Float32Array.from(vector ?? []));
      assert.ok(a !== undefined && b !== undefined && a.length === 512);
      assert.ok(cosine(a, b) > SAME_COSINE, row.id);
    }
  },
});

async function ended(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const { code, err } = await runKillable({
    ...{ program: "bulk/main.ts", set: "bulk", args, env, folder },
  });
  return [code, err.split("\n", 1)[0]];
}

Deno.test("bulk says by its exit code whether another attempt may help", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeTextFile(`${path}/a.txt`, "a.jpg\n");
  const good = [`${path}/a.txt`, "--out", path, "--url", "http://127.0.0.1:1"];
  assert.deepEqual(await ended(path, []), [64, "--url must be a gateway's URL"]);
  assert.deepEqual(await ended(path, [...good, "--failed-max", "2"]), [
    64,
    "--failed-max must be a number from 0 to 1: it is 2",
  ]);
  const job = { BULK_URL: "http://127.0.0.1:1", JOB_COMPLETION_INDEX: "3" };
  assert.deepEqual(await ended(path, good, job), [64, "--index needs --completions"]);
  assert.deepEqual(await ended(path, good, { ...job, BULK_COMPLETIONS: "3" }), [
    64,
    "--index must be from 0 to 2: it is 3",
  ]);
  // More completions than shards leave some without work.
  assert.deepEqual(await ended(path, good, { ...job, BULK_COMPLETIONS: "4" }), [0, ""]);
  const [code, reason] = await ended(path, [`${path}/b.txt`, ...good.slice(1)]);
  assert.equal(code, 65);
  assert.match(String(reason), /there is no such file or folder/);
  // All photos have failed, as there is none.
  const [failed, sentence] = await ended(path, good);
  assert.equal(failed, 1);
  assert.match(
    String(sentence),
    /^Of 1 photos of .*\.parquet too many failed, .*: 1 by not_found; the first is .*: there is no /,
  );
});
