import assert from "node:assert/strict";
import { exists } from "../../testing/exists.ts";
import { markedPhotos } from "../../testing/marked_photos.ts";
import { testPosix } from "../../testing/platform_tests.ts";
import { lockRun } from "../library/run_lock.ts";

Deno.test("photos apply tells what it would do, and does it with --yes, once", async () => {
  await using trial = await markedPhotos();
  const copy = `${trial.path}/old/cat, copy.jpg`;
  const dry = await trial.run("apply", ".");
  assert.match(
    dry.out,
    /^old\/cat, copy\.jpg {2}\d+ kB\nWould move 1 photo, .*; --yes does it\n$/,
  );
  assert.deepEqual([dry.code, await exists(copy)], [0, true]);
  const { code, out } = await trial.run("apply", ".", "--yes", "--json");
  const { run, moved, refused } = JSON.parse(out);
  assert.deepEqual([code, moved, refused], [0, 1, []]);
  assert.equal(await exists(copy), false);
  assert.ok(await exists(`${trial.path}/.photos/trash/${run}/files/old/cat, copy.jpg`));
  assert.equal((await trial.run("apply", ".", "--yes")).out, "Nothing to move\n");
});

Deno.test("photos apply says what it leaves, and exits 1", async () => {
  await using trial = await markedPhotos();
  await Deno.remove(`${trial.path}/cat.jpg`);
  const { code, out, err } = await trial.run("apply", ".", "--yes");
  assert.deepEqual([code, out], [1, "Nothing to move\n"]);
  assert.equal(err, "old/cat, copy.jpg stays: no photo of its group would stay\n");
});

testPosix("photos apply and undo move nothing while another run is at work", async () => {
  await using trial = await markedPhotos();
  using _lock = lockRun(`${trial.path}/.photos`, "photos test");
  for (const command of [["apply", ".", "--yes"], ["undo", "."]]) {
    const { code, err } = await trial.run(...command);
    assert.equal(code, 1);
    assert.match(err, /^Another run is at work on the library in .*: photos test, process \d+, /);
  }
  assert.equal((await trial.run("apply", ".")).code, 0);
});
