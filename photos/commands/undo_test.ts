import assert from "node:assert/strict";
import { exists } from "../../testing/exists.ts";
import { markedPhotos } from "../../testing/marked_photos.ts";

Deno.test("photos undo brings back the last run, or the one that is named", async () => {
  await using trial = await markedPhotos();
  const copy = `${trial.path}/old/cat, copy.jpg`;
  assert.equal((await trial.run("undo", ".")).out, "Nothing to bring back\n");
  const { run } = JSON.parse((await trial.run("apply", ".", "--yes", "--json")).out);
  const wrong = await trial.run("undo", ".", "yesterday");
  assert.equal(wrong.code, 64);
  assert.match(wrong.err, /^There is no run yesterday in the trash/);
  const { code, out } = await trial.run("undo", ".");
  assert.deepEqual([code, out], [0, `Brought back 1 photo of run ${run}\n`]);
  assert.ok(await exists(copy));
  const again = await trial.run("undo", ".", run, "--json");
  assert.deepEqual(JSON.parse(again.out), { run, restored: 0, in_place: 1, failed: [] });
});
