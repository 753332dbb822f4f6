import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos search prints the photos that are nearest to a photo", async () => {
  await using trial = await photosTrial("cat.jpg", "cat_half.jpg", "coffee.jpg");
  await Deno.copyFile(`${trial.path}/coffee.jpg`, `${trial.path}/copy.jpg`);
  await trial.run("scan", ".");
  await trial.run("embed", ".");
  const { code, out } = await trial.run("search", ".", "cat.jpg", "--limit", "2");
  assert.equal(code, 0);
  assert.match(out, /^1\.0000 {2}cat\.jpg\n0\.99\d\d {2}cat_half\.jpg\n$/);
  const json = await trial.run("search", ".", "cat.jpg", "--json");
  const found = json.out.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(found.map(({ path }) => path.split(/[/\\]/).at(-1)), [
    ...["cat.jpg", "cat_half.jpg", "coffee.jpg", "copy.jpg"],
  ]);
});

Deno.test("photos search finds a photo by the name that it prints, wherever it is typed", async () => {
  await using trial = await photosTrial("cat.jpg", "cat_half.jpg");
  await Deno.mkdir(`${trial.path}/mine`);
  for (const name of ["cat.jpg", "cat_half.jpg"]) {
    await Deno.rename(`${trial.path}/${name}`, `${trial.path}/mine/${name}`);
  }
  await trial.run("scan", "mine");
  await trial.run("embed", "mine");
  const { code, out } = await trial.run("search", "mine", "cat.jpg");
  assert.equal(code, 0);
  assert.match(out, /^1\.0000 {2}cat\.jpg\n/);
  const outside = await trial.run("search", "mine", "../../nowhere.jpg");
  assert.equal(outside.err, "There is no photo ../../nowhere.jpg\n");
});

Deno.test("photos search says why words or a photo cannot be searched for", async () => {
  await using trial = await photosTrial("cat.jpg");
  await trial.run("scan", ".");
  await trial.run("embed", ".");
  const words = await trial.run("search", ".", "a cat");
  assert.deepEqual([words.code, words.out], [1, ""]);
  assert.match(words.err, /^Words cannot be searched for, as nothing here embeds them/);
  const missing = await trial.run("search", ".", "nowhere.jpg");
  assert.deepEqual([missing.code, missing.err], [1, "There is no photo nowhere.jpg\n"]);
  const long = await trial.run("search", ".", "a cat and ".repeat(100));
  assert.match(long.err, /^Words cannot/);
  assert.equal((await trial.run("search", ".")).code, 64);
});
