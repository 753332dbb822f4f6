import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";

Deno.test("photos stats counts what a library holds", async () => {
  await using trial = await photosTrial("cat.jpg", "coffee.jpg");
  await Deno.copyFile(`${trial.path}/cat.jpg`, `${trial.path}/copy.jpg`);
  await Deno.writeTextFile(`${trial.path}/bad.jpg`, "no picture");
  await trial.run("scan", ".");
  await trial.run("embed", ".");
  const { out } = await trial.run("stats", ".", "--json");
  const { embedders, problems, ...counts } = JSON.parse(out);
  assert.deepEqual(counts, {
    ...{ photos: 4, exact_copies: 1, not_decodable: 1, refused: 0, decisions: 0 },
  });
  assert.deepEqual(problems.map(({ path }: { path: string }) => path), [`${trial.path}/bad.jpg`]);
  assert.deepEqual([embedders[0].dim, embedders[0].vectors], [512, 2]);
  const text = (await trial.run("stats", ".")).out;
  assert.match(
    text,
    /^4 photos, of which 1 are exact copies of others\n1 of formats or files.*:\n {2}\S+bad\.jpg: Cannot decode image /,
  );
});
