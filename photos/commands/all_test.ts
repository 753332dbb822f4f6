import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";
import { testPosix } from "../../testing/platform_tests.ts";
import { lockRun } from "../library/run_lock.ts";

Deno.test("photos all scans, embeds and groups, and once more in no time", async () => {
  await using trial = await photosTrial("cat.jpg", "cat_crop.jpg", "coffee.jpg");
  const first = await trial.run("all", ".", "--no-page");
  assert.deepEqual([first.code, first.err], [0, ""]);
  assert.match(first.out, /^Scanned 3 photos in .*\nEmbedded 3 photos by dct_512, here, in /);
  assert.match(first.out, /\* cat\.jpg .*\n {4}cat_crop\.jpg/);
  assert.match(first.out, /\n1 group from cosine 0\.5 on; 1 photo beside the best of each\n$/);
  assert.match(
    (await trial.run("all", ".", "--no-page")).out,
    /: 0 new or changed\nEmbedded 0 photos /,
  );
});

Deno.test("photos all goes on behind a photo that cannot be embedded, and says so by its exit code", async () => {
  await using trial = await photosTrial("cat.jpg", "cat_crop.jpg");
  const cat = await Deno.readFile(`${trial.path}/cat.jpg`);
  await Deno.writeFile(`${trial.path}/half.jpg`, cat.subarray(0, cat.length >> 1));
  const { code, out, err } = await trial.run("all", ".", "--json");
  assert.equal(code, 1);
  assert.match(err, /^half\.jpg: Cannot decode image/);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual([lines[0].embedded, lines[0].refused], [2, 1]);
  assert.equal(lines[1].photos.length, 2);
});

testPosix(
  "photos all, scan and embed keep away from a library at which another run is",
  async () => {
    await using trial = await photosTrial("cat.jpg");
    await Deno.mkdir(`${trial.path}/.photos`);
    using _lock = lockRun(`${trial.path}/.photos`, "photos test");
    for (const command of ["all", "scan", "embed"]) {
      const { code, err } = await trial.run(command, ".");
      assert.equal(code, 1);
      assert.match(err, /^Another run is at work on the library in .*: photos test, process \d+, /);
    }
  },
);
