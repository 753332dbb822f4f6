import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos scan tells what is new, and of what is no picture", async () => {
  await using trial = await photosTrial("cat.jpg", "coffee.jpg");
  const first = await trial.run("scan", ".");
  assert.match(first.out, /^Scanned 2 photos in [\d.]+ s: 2 new or changed\n$/);
  assert.deepEqual([first.code, first.err], [0, ""]);
  await Deno.remove(`${trial.path}/cat.jpg`);
  const second = await trial.run("scan", ".", "--json");
  assert.deepEqual(JSON.parse(second.out), {
    ...{ files: 1, read: 0, bytesRead: 0, gone: 1, moved_decisions: 0, problems: [] },
  });
});

Deno.test("photos scan says that a folder is not there", async () => {
  await using trial = await photosTrial();
  const { code, err } = await trial.run("scan", "nowhere");
  assert.equal(code, 1);
  assert.match(err, /^Cannot open the library in .*nowhere/);
});
