import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos merge brings the shares of several machines together", async () => {
  const names = ["cat.jpg", "coffee.jpg", "dahlia.jpg", "rocket.jpg", "retina.jpg"];
  await using one = await photosTrial(...names);
  await using two = await photosTrial(...names);
  for (const [at, trial] of [one, two].entries()) {
    await trial.run("all", ".", "--no-page", "--shard", `${at + 1}/2`);
  }
  const merged = await one.run("merge", ".", two.path, `${two.path}/nowhere`);
  assert.equal(merged.code, 1);
  assert.match(merged.out, /^Merged \d vectors? and 0 refusals of .*; 0 were there\n$/);
  assert.match(merged.err, /^Cannot merge .*nowhere: there is no library in it\n$/);
  assert.match((await one.run("embed", ".")).out, /^Embedded 0 photos/);
  assert.equal((await one.run("merge", ".")).code, 64);
});
