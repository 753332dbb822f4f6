import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testLinux, testPosix } from "../../testing/platform_tests.ts";
import { walk } from "./walk.ts";

const names = (root: string, paths: readonly string[] = [root]) =>
  [...walk(paths)].map((found) =>
    "problem" in found
      ? `${found.path.slice(root.length + 1)}: ${found.problem}`
      : found.path.slice(root.length + 1)
  );

async function tree(...paths: string[]) {
  const folder = await temporaryFolder();
  for (const path of paths) {
    const file = `${folder.path}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, path);
  }
  return folder;
}

Deno.test("walk() finds photos by name, in order, with their sizes, and leaves out what is hidden", async () => {
  await using folder = await tree(
    ...["b.JPG", "a/2.heic", "a/1.jpeg", "a/notes.txt", ".photos/x.jpg", ".hidden.jpg", "c.cr2"],
  );
  const found = [...walk([folder.path])];
  assert.deepEqual(names(folder.path), ["a/1.jpeg", "a/2.heic", "b.JPG", "c.cr2"]);
  const [first] = found;
  assert.ok(first !== undefined && "stamp" in first);
  assert.equal(first.stamp.bytes, "a/1.jpeg".length);
  assert.ok(first.stamp.mtimeMs > 0);
});

Deno.test("walk() takes a file that was named whatever its name is", async () => {
  await using folder = await tree("scan.dat");
  assert.deepEqual(names(folder.path, [`${folder.path}/scan.dat`]), ["scan.dat"]);
});

testPosix("walk() walks a folder once, whatever leads to it, and goes in no circles", async () => {
  await using folder = await tree("a/1.jpg");
  await Deno.symlink(folder.path, `${folder.path}/a/up`);
  await Deno.symlink(`${folder.path}/a`, `${folder.path}/b`);
  await Deno.symlink("nowhere.jpg", `${folder.path}/dead.jpg`);
  await Deno.symlink("loop.jpg", `${folder.path}/loop.jpg`);
  await Deno.symlink(`${folder.path}/a/1.jpg`, `${folder.path}/c.jpg`);
  assert.deepEqual(names(folder.path), ["a/1.jpg", "c.jpg"]);
});

testPosix("walk() says what may not be read, and goes on", async () => {
  await using folder = await tree("a/1.jpg", "b/2.jpg");
  if (Deno.uid() === 0) return;
  await Deno.chmod(`${folder.path}/a`, 0);
  assert.deepEqual(names(folder.path), ["a: it may not be read", "b/2.jpg"]);
  await Deno.chmod(`${folder.path}/a`, 0o755);
});

Deno.test("walk() says that a folder is not there", async () => {
  await using folder = await tree("a.jpg");
  assert.deepEqual(names(folder.path, [`${folder.path}/x`]), ["x: it is not there"]);
});

testPosix("walk() does not wait for a pipe", async () => {
  await using folder = await tree("a.jpg");
  await new Deno.Command("mkfifo", { args: [`${folder.path}/b.jpg`] }).output();
  assert.deepEqual(names(folder.path), ["a.jpg"]);
});

testLinux("walk() tells of names that are no text, and goes on", async () => {
  await using folder = await tree("a.jpg");
  const script = 'cd "$0" && touch "$(printf "b\\377.jpg")" "$(printf "\\377.txt")"';
  await new Deno.Command("/bin/sh", { args: ["-c", script, folder.path] }).output();
  assert.deepEqual(names(folder.path), [
    "a.jpg",
    "b\ufffd.jpg: its name is no valid UTF-8: rename it",
  ]);
});

Deno.test("walk() has nothing to say of a folder that became a file, and of a file that became a folder", async () => {
  await using folder = await tree("a", "b.jpg/1.jpg");
  assert.deepEqual(names(folder.path), ["b.jpg/1.jpg"]);
});
