import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { StagedFile, writeFileAtomically } from "./atomic_file.ts";

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writeFileAtomically() leaves nothing but the file", async () => {
  await using folder = await temporaryFolder();
  await writeFileAtomically(`${folder.path}/a`, new Uint8Array([1, 2]));
  assert.deepEqual(await Deno.readFile(`${folder.path}/a`), new Uint8Array([1, 2]));
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("writeFileAtomically() replaces a file without touching readers of the old one", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a`, new Uint8Array([1, 1, 1]));
  using reader = await Deno.open(`${folder.path}/a`);
  await writeFileAtomically(`${folder.path}/a`, new Uint8Array([2]));
  const buffer = new Uint8Array(3);
  await reader.read(buffer);
  assert.deepEqual(buffer, new Uint8Array([1, 1, 1]));
  assert.deepEqual(await Deno.readFile(`${folder.path}/a`), new Uint8Array([2]));
});

Deno.test("writeFileAtomically() cleans up when the file cannot take its place", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/a`);
  await assert.rejects(writeFileAtomically(`${folder.path}/a`, new Uint8Array([1])));
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("StagedFile knows its length and digest, and moves into new folders", async () => {
  await using folder = await temporaryFolder();
  await using staged = await StagedFile.write(`${folder.path}/a`, [
    new Uint8Array([1]),
    new Uint8Array([2, 3]),
  ]);
  assert.equal(staged.byteLength, 3);
  assert.equal(staged.sha256, createHash("sha256").update(new Uint8Array([1, 2, 3])).digest("hex"));
  await staged.moveTo(`${folder.path}/1/2/a`);
  assert.deepEqual(await Deno.readFile(`${folder.path}/1/2/a`), new Uint8Array([1, 2, 3]));
  assert.deepEqual(namesIn(folder.path), ["1"]);
});

Deno.test("StagedFile vanishes when it is not moved, or its content fails", async () => {
  await using folder = await temporaryFolder();
  {
    await using staged = await StagedFile.write(`${folder.path}/a`, [new Uint8Array(1)]);
    assert.deepEqual(namesIn(folder.path), [staged.path.split("/").at(-1)]);
  }
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(1);
    await Promise.reject(new Error("no more"));
  }
  await assert.rejects(StagedFile.write(`${folder.path}/a`, failing()), { message: "no more" });
  assert.deepEqual(namesIn(folder.path), []);
});
