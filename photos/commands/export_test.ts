import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos export writes a new file anywhere, and nothing over another one", async () => {
  await using trial = await photosTrial("cat.jpg");
  await using other = await photosTrial();
  await trial.run("scan", ".");
  const early = await trial.run("export", ".", "--out", `${other.path}/a.parquet`);
  assert.deepEqual([early.code, early.err], [1, "No photo has a vector yet: embed them first\n"]);
  await trial.run("embed", ".");
  const out = `${other.path}/a.npy`;
  const first = await trial.run("export", ".", "--format", "npy", "--out", out);
  assert.equal(first.err, "");
  assert.match(
    first.out,
    /^Exported 1 photo with vectors of 512 to .*a\.npy and .*a\.npy\.jsonl\n$/,
  );
  const again = await trial.run("export", ".", "--out", out);
  assert.match(again.err, /^There is .*a\.npy already: remove it, or name another file\n$/);
  const over = await trial.run("export", ".", "--out", "cat.jpg", "--json");
  assert.match(over.err, /^There is .*cat\.jpg already/);
  assert.equal((await trial.run("export", ".")).code, 64);
});
