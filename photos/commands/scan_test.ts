import assert from "node:assert/strict";
import { photosTrial } from "../../testing/photos_task.ts";
import { nefFile } from "../../testing/raw_file.ts";

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

Deno.test("photos scan tells how many files are not decoded, by format, and of previews", async () => {
  await using trial = await photosTrial("cat.jpg");
  const cat = await Deno.readFile(`${trial.path}/cat.jpg`);
  await Deno.writeFile(`${trial.path}/1.nef`, nefFile(cat, cat));
  await Deno.writeFile(`${trial.path}/2.NEF`, nefFile(cat, cat.subarray(0, 10)));
  await Deno.writeTextFile(`${trial.path}/3.heic`, "\0\0\0\x18ftypheic\0\0\0\0mif1heic");
  await Deno.writeTextFile(`${trial.path}/4.jpg`, "");
  const { code, err } = await trial.run("scan", ".");
  assert.equal(code, 0);
  assert.equal(
    err,
    "Not decoded: 2 NEF, 1 other, 1 HEIC; 2 have a JPEG in them, which --previews embeds; " +
      "photos stats lists them\n",
  );
});
