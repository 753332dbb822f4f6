import assert from "node:assert/strict";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { testPosix } from "../testing/platform_tests.ts";
import { findPhotos } from "./photo_files.ts";

testPosix(
  "findPhotos() takes what is named as it is, there or not, in its order and as often",
  async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(`${folder.path}/b.txt`, "");
    const { files, passedOver } = await findPhotos(["b.txt", "/a/../x", "b.txt"], folder.path);
    assert.deepEqual(files.map(({ typed, path }) => [typed, path]), [
      ["b.txt", `${folder.path}/b.txt`],
      ["/a/../x", "/x"],
      ["b.txt", `${folder.path}/b.txt`],
    ]);
    assert.equal(passedOver, 0);
  },
);

testPosix(
  "findPhotos() looks once into a folder that several links lead to, and waits for no pipe",
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    await Deno.mkdir(`${path}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${path}/a/b/1.png`, "");
    for (const name of ["z", "a/loop"]) await Deno.symlink(`${path}/a`, `${path}/${name}`);
    await new Deno.Command("mkfifo", { args: [`${path}/pipe.jpg`] }).output();
    const { files, passedOver } = await findPhotos(["."], path);
    assert.deepEqual(files.map(({ typed }) => typed), ["a/b/1.png"]);
    assert.equal(passedOver, 1);
  },
);

testPosix(
  "findPhotos() keeps what has an image's name and cannot be followed, for its reader to say why",
  async () => {
    await using folder = await temporaryFolder();
    const { path } = folder;
    await Deno.writeTextFile(`${path}/b.jpg`, "");
    await Deno.symlink("c.jpg", `${path}/c.jpg`);
    const { files } = await findPhotos([`${path}/`], "/");
    assert.deepEqual(files.map(({ typed }) => typed), [`${path}/b.jpg`, `${path}/c.jpg`]);
  },
);
