import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { FinalError } from "./final_error.ts";
import { tarPhotos } from "./tar_photos.ts";

const LONG_NAME = `${"a-folder-of-a-name/".repeat(12)}b.PNG`;

async function written(path: string, tar: Uint8Array): Promise<string> {
  await Deno.writeFile(path, tar);
  return path;
}

const entry = (name: string, body: Uint8Array) => ({ header: { name, size: body.length }, body });
const bytes = (length: number) => new Uint8Array(length).map((_, index) => index % 251);

Deno.test("tarPhotos() gives photos by their paths, and leaves out what is none", async () => {
  await using folder = await temporaryFolder();
  const path = await written(
    `${folder.path}/a.tar`,
    await packTar([
      { header: { name: "a/", size: 0, type: "directory" } },
      entry("a/0.jpg", bytes(70_000)),
      entry("a/0.json", bytes(3)),
      entry("a/._0.jpg", bytes(3)),
      entry("a/1.jpeg", bytes(0)),
      entry(LONG_NAME, bytes(2)),
      entry("a/2.jpg", bytes(70_001)),
    ]),
  );
  const photos = [];
  for await (const { id, read } of tarPhotos(path, 70_000)) {
    photos.push([id, await read().catch(({ code }) => code)]);
  }
  assert.deepEqual(photos, [
    ["a/0.jpg", bytes(70_000)],
    ["a/1.jpeg", bytes(0)],
    [LONG_NAME, bytes(2)],
    ["a/2.jpg", "body_too_large"],
  ]);
});

Deno.test("tarPhotos() gets past what is left out, however it lies among the chunks that are read", async () => {
  await using folder = await temporaryFolder();
  // With 50,000 bytes before it, the second photo begins in the first chunk of 64 KiB and ends in the next.
  for (
    const [first, other, second] of [[48_000, 3500, 23_000], [1000, 1, 200_000], [
      60_000,
      90_000,
      9,
    ]]
  ) {
    const path = await written(
      `${folder.path}/a.tar`,
      await packTar([
        entry("0.jpg", bytes(first as number)),
        entry("0.md", bytes(other as number)),
        entry("1.jpg", bytes(second as number)),
      ]),
    );
    const ids = await Array.fromAsync(tarPhotos(path, 1e6), ({ id }) => id);
    assert.deepEqual(ids, ["0.jpg", "1.jpg"]);
  }
});

Deno.test("tarPhotos() may be left at any photo, and the file is closed", async () => {
  await using folder = await temporaryFolder();
  const all = Array.from({ length: 20 }, (_, index) => entry(`${index}.jpg`, bytes(50_000)));
  const path = await written(`${folder.path}/a.tar`, await packTar(all));
  for await (const { id } of tarPhotos(path, 1e6)) if (id === "3.jpg") break;
});

for (
  const [what, change, message] of [
    ["is cut off", (tar: Uint8Array) => tar.subarray(0, 1000), /a\.tar: /],
    ["is none", () => new TextEncoder().encode("a list\n".repeat(300)), /a\.tar: /],
    ["has no photo", (tar: Uint8Array) => tar.subarray(-1024), /no photo in it/],
  ] as const
) {
  Deno.test(`tarPhotos() refuses what ${what}`, async () => {
    await using folder = await temporaryFolder();
    const tar = await packTar([entry("a.jpg", bytes(3000))]);
    const path = await written(`${folder.path}/a.tar`, change(tar));
    await assert.rejects(
      Array.fromAsync(tarPhotos(path, 1e6)),
      (error) => error instanceof FinalError && message.test(error.message),
    );
  });
}

Deno.test("tarPhotos() refuses two photos of one path", async () => {
  await using folder = await temporaryFolder();
  const twice = [entry("a.jpg", bytes(3)), entry("a.jpg", bytes(4))];
  const path = await written(`${folder.path}/a.tar`, await packTar(twice));
  await assert.rejects(Array.fromAsync(tarPhotos(path, 1e6)), /two photos of it have the same/);
});
