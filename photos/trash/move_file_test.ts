import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { digestOf, isThere, moveFile } from "./move_file.ts";

/** As the system answers for two disks. */
function otherDisk(): Promise<void> {
  return Promise.reject(Object.assign(new Error("Invalid cross-device link"), { code: "EXDEV" }));
}

Deno.test("moveFile() moves into folders that are not there yet, and over nothing", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [`${folder.path}/a`, `${folder.path}/x/y/a`];
  await Deno.writeTextFile(from, "1");
  const { digest } = await digestOf(from);
  await moveFile({ from, to, digest });
  assert.equal(await Deno.readTextFile(to), "1");
  await Deno.writeTextFile(from, "2");
  await assert.rejects(moveFile({ from, to, digest }), /^AlreadyExists: There is a file already/);
  assert.deepEqual([await Deno.readTextFile(from), await Deno.readTextFile(to)], ["2", "1"]);
});

Deno.test("moveFile() copies to another disk, with its time, and leaves the file where the copy differs", async () => {
  await using folder = await temporaryFolder();
  const [from, to] = [`${folder.path}/a`, `${folder.path}/b`];
  await Deno.writeTextFile(from, "1");
  const taken = new Date("2020-01-02T03:04:05Z");
  await Deno.utime(from, taken, taken);
  const { digest } = await digestOf(from);
  const wrong = moveFile({ from, to, digest: "00" }, otherDisk);
  await assert.rejects(wrong, /Its copy is not the same/);
  assert.deepEqual([await isThere(from), await isThere(to)], [true, false]);
  assert.equal(await isThere(`${to}.part`), false);
  await moveFile({ from, to, digest }, otherDisk);
  assert.deepEqual([await isThere(from), await Deno.readTextFile(to)], [false, "1"]);
  assert.deepEqual((await Deno.stat(to)).mtime, taken);
});
