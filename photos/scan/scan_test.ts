import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { scan } from "./scan.ts";

const CAT = await testFile("photos/cat.jpg");

async function photoFolder(...names: string[]) {
  const folder = await temporaryFolder();
  for (const name of names) await Deno.writeFile(`${folder.path}/${name}`, CAT);
  const library = Library.open(`${folder.path}/.photos`);
  const run = async () => {
    const { files, read, gone, problems } = await scan(library, { folders: [folder.path] });
    return { files, read, gone, problems: problems.length };
  };
  const paths = () => [...library.photos.all()].map(({ path }) => path);
  const dispose = async () => {
    library[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { folder, library, run, paths, [Symbol.asyncDispose]: dispose };
}

Deno.test("scan() reads what is new or changed, once, and forgets what is gone", async () => {
  await using photos = await photoFolder("a.jpg", "b.jpg");
  const { path } = photos.folder;
  assert.deepEqual(await photos.run(), { files: 2, read: 2, gone: 0, problems: 0 });
  assert.deepEqual(await photos.run(), { files: 2, read: 0, gone: 0, problems: 0 });
  await Deno.utime(`${path}/a.jpg`, 1, 1);
  await Deno.rename(`${path}/b.jpg`, `${path}/c.jpg`);
  assert.deepEqual(await photos.run(), { files: 2, read: 2, gone: 1, problems: 0 });
  assert.deepEqual(photos.paths(), ["a.jpg", "c.jpg"]);
});

Deno.test("scan() keeps what it read before it was cut, and goes on from there", async () => {
  const names = Array.from({ length: 600 }, (_, at) => `${String(at).padStart(3, "0")}.jpg`);
  await using photos = await photoFolder(...names);
  const cut = new AbortController();
  await assert.rejects(
    scan(photos.library, {
      folders: [photos.folder.path],
      signal: cut.signal,
      onProgress: () => cut.abort(new Error("cut")),
    }),
    /^Error: cut$/,
  );
  const kept = photos.library.photos.count();
  assert.ok(kept > 0 && kept < 600, `${kept}`);
  assert.deepEqual(await photos.run(), { files: 600, read: 600 - kept, gone: 0, problems: 0 });
});

Deno.test("scan() takes a folder that is not there for misspelt, and not for empty", async () => {
  await using photos = await photoFolder("a.jpg");
  await photos.run();
  const missing = `${photos.folder.path}/x`;
  await assert.rejects(
    scan(photos.library, { folders: [missing] }),
    /^Error: Cannot scan .*x: it is not there$/,
  );
  assert.deepEqual(photos.paths(), ["a.jpg"]);
});

Deno.test("scan() notes what is no picture, without reading it again", async () => {
  await using photos = await photoFolder();
  await Deno.writeTextFile(`${photos.folder.path}/a.jpg`, "no picture");
  assert.deepEqual(await photos.run(), { files: 1, read: 1, gone: 0, problems: 0 });
  assert.deepEqual(await photos.run(), { files: 1, read: 0, gone: 0, problems: 0 });
  const [photo] = [...photos.library.photos.all()];
  assert.ok(photo?.problem !== undefined);
});

Deno.test("scan() takes a decision along with a photo that was moved", async () => {
  await using photos = await photoFolder("a.jpg", "b.jpg");
  const { library, folder } = photos;
  await Deno.writeFile(`${folder.path}/b.jpg`, Uint8Array.of(...CAT, 1));
  await photos.run();
  const digest = [...library.photos.all()][0]?.digest ?? new Uint8Array();
  library.decisions.put({ path: "a.jpg", digest, choice: "trash" });
  await Deno.mkdir(`${folder.path}/2026`);
  await Deno.rename(`${folder.path}/a.jpg`, `${folder.path}/2026/c.jpg`);
  const cut = new AbortController();
  await assert.rejects(
    scan(library, {
      folders: [folder.path],
      signal: cut.signal,
      onProgress: () => cut.abort(new Error("cut")),
    }),
  );
  await photos.run();
  assert.deepEqual(library.decisions.all().map(({ path, choice }) => [path, choice]), [
    ["2026/c.jpg", "trash"],
  ]);
});

Deno.test("scan() leaves a decision where it is as long as a copy was there before, or several came up", async () => {
  await using photos = await photoFolder("a.jpg", "b.jpg");
  const { library, folder } = photos;
  await photos.run();
  const digest = [...library.photos.all()][0]?.digest ?? new Uint8Array();
  library.decisions.put({ path: "a.jpg", digest, choice: "trash" });
  const paths = () => library.decisions.all().map(({ path }) => path);
  await Deno.remove(`${folder.path}/a.jpg`);
  await photos.run();
  assert.deepEqual(paths(), ["a.jpg"]);
  library.decisions.put({ path: "b.jpg", digest, choice: "trash" });
  await Deno.rename(`${folder.path}/b.jpg`, `${folder.path}/c.jpg`);
  await Deno.copyFile(`${folder.path}/c.jpg`, `${folder.path}/d.jpg`);
  await photos.run();
  assert.deepEqual(paths(), ["a.jpg", "b.jpg"]);
});
