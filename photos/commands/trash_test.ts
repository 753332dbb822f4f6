import assert from "node:assert/strict";
import { markedPhotos } from "../../testing/marked_photos.ts";

Deno.test("photos trash tells of every run how much of it is in the trash", async () => {
  await using trial = await markedPhotos();
  assert.equal((await trial.run("trash", ".")).out, "The trash is empty\n");
  await trial.run("apply", ".", "--yes");
  const { out } = await trial.run("trash", ".");
  assert.match(out, /^\d{4}-\d\d-\d\dT[\d-]+ {2}1 photo moved, 1 in the trash, \d+ kB\n$/);
  await trial.run("undo", ".");
  const { run: _, ...counts } = JSON.parse((await trial.run("trash", ".", "--json")).out);
  assert.deepEqual(counts, { moved: 1, in_trash: 0, bytes: 0 });
});
