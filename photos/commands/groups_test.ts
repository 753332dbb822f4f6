import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos groups prints near-duplicates, as text and as JSON", async () => {
  await using trial = await photosTrial(
    ...["cat.jpg", "cat_half.jpg", "coffee.jpg", "coffee_q30.jpg", "retina.jpg"],
  );
  await Deno.copyFile(`${trial.path}/retina.jpg`, `${trial.path}/same.jpg`);
  await trial.run("scan", ".");
  await trial.run("embed", ".");
  const json = await trial.run("groups", ".", "--json");
  const groups = json.out.trim().split("\n").map((line) => JSON.parse(line));
  const names = (paths: readonly string[]) => paths.map((path) => path.split(/[/\\]/).at(-1));
  assert.deepEqual(groups.map(({ photos }) => names(photos)), [
    ["cat.jpg", "cat_half.jpg"],
    ["coffee.jpg", "coffee_q30.jpg"],
    ["retina.jpg", "same.jpg"],
  ]);
  assert.deepEqual(names(groups[2].exact_copies), ["retina.jpg", "same.jpg"]);
  assert.equal(groups[0].best, groups[0].photos[0]);
  const { code, out } = await trial.run("groups", ".");
  assert.equal(code, 0);
  assert.match(out, /^2 photos, ≥ 0\.\d{3}\n {2}\* cat\.jpg {2}451×300 {2}best: most pixels/);
  assert.match(out, /\n3 groups from cosine 0\.5 on; 3 photos beside the best of each\n$/);
  const approximate = await trial.run("groups", ".", "--json", "--pairs", "approximate");
  assert.deepEqual([approximate.out, approximate.err], [json.out, ""]);
  const short = await trial.run("groups", ".", "--limit", "1");
  assert.match(short.out, /\n\n… and 2 more groups: --limit shows more\n\n3 groups/);
  const strict = await trial.run("groups", ".", "--threshold", "1");
  assert.match(strict.out, /\n1 group from cosine 1 on; 1 photo beside the best of each\n$/);
});
