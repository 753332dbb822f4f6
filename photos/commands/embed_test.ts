import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { startGateway } from "../../testing/harness.ts";
import { photosTrial } from "../../testing/photos_task.ts";
import { nefFile } from "../../testing/raw_file.ts";

Deno.test("photos embed embeds here where no gateway is named, once", async () => {
  await using trial = await photosTrial("cat.jpg", "coffee.jpg");
  await trial.run("scan", ".");
  const first = await trial.run("embed", ".");
  assert.match(first.out, /^Embedded 2 photos by dct_512, here, in /);
  assert.deepEqual([first.code, first.err], [0, ""]);
  assert.match((await trial.run("embed", ".")).out, /^Embedded 0 photos by dct_512/);
});

Deno.test("photos embed asks a gateway with its key, and names what that refuses", async () => {
  const key = "a-key-of-test-0123456";
  await using gateway = await startGateway({ GATEWAY_API_KEYS: key });
  await using trial = await photosTrial("cat.jpg");
  const cat = await Deno.readFile(`${trial.path}/cat.jpg`);
  await Deno.writeFile(`${trial.path}/half.jpg`, cat.subarray(0, cat.length >> 1));
  await Deno.writeTextFile(`${trial.path}/key`, `${key}\n`);
  await trial.run("scan", ".");
  const refused = await trial.run("embed", ".", "--url", gateway.url);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /^Cannot accept request: it has no API key/);
  const embedded = await trial.run("embed", ".", "--url", gateway.url, "--key-file", "key");
  assert.equal(embedded.code, 1);
  assert.match(embedded.err, /^half\.jpg: Cannot decode image/);
  assert.match(
    embedded.out,
    new RegExp(`^Embedded 1 photo by dct_512, ${gateway.url}, in .*; 1 failed`),
  );
});

Deno.test("photos embed says what is to be done first", async () => {
  await using trial = await photosTrial("cat.jpg");
  const { code, err } = await trial.run("embed", ".");
  assert.equal(code, 1);
  assert.match(err, /^There is no library in .*: scan the photos first\n$/);
});

Deno.test("photos embed --previews embeds the JPEG in a raw file, and marks that; others are told", async () => {
  await using trial = await photosTrial("cat.jpg");
  const cat = await Deno.readFile(`${trial.path}/cat.jpg`);
  await Deno.writeFile(`${trial.path}/cat.nef`, nefFile(cat, cat));
  const plain = await trial.run("all", ".", "--no-page");
  assert.match(plain.out, /Embedded 1 photo .*\n0 groups/);
  const { out } = await trial.run("all", ".", "--previews", "--json");
  const [embedded, group] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.equal(embedded.embedded, 1);
  assert.equal(group.photos.length, 2);
  using database = new DatabaseSync(`${trial.path}/.photos/photos.sqlite`);
  const marks = database.prepare("SELECT is_of_preview FROM vectors ORDER BY 1").all();
  assert.deepEqual(marks.map(({ is_of_preview }) => is_of_preview), [0, 1]);
});
