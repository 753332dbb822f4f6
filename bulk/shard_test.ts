import assert from "node:assert/strict";
import { packTar } from "modern-tar";
import { temporaryFolder } from "../testing/models/temporary_folder.ts";
import { findShards, openShard, shareOf } from "./shard.ts";

const OPTIONS = { bytesMax: 10, readAheadMax: 2, signal: new AbortController().signal };

async function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>) {
  for (const [name, content] of Object.entries(files)) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
}

Deno.test("findShards() takes files as they are named, and of a folder what is called like a shard", async () => {
  await using folder = await temporaryFolder();
  const files = ["b.txt", "a.tar", "c.list", "d.jpg", ".e.txt", "f.tsv"];
  await write(folder.path, Object.fromEntries(files.map((name) => [`in/${name}`, ""])));
  await write(folder.path, { "odd.manifest": "" });
  const found = await findShards([`${folder.path}/odd.manifest`, `${folder.path}/in`]);
  assert.deepEqual(found.map(({ name }) => name), ["a", "b", "c", "f", "odd.manifest"]);
  assert.equal(found[1]?.path, `${folder.path}/in/b.txt`);
});

Deno.test("findShards() refuses nothing at all, a path to nowhere, and two of one name", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await write(path, { "a/x.txt": "", "b/x.tar": "", "c/y.jpg": "" });
  await assert.rejects(findShards([`${path}/c`]), /There is no shard/);
  await assert.rejects(findShards([`${path}/d`]), Deno.errors.NotFound);
  await assert.rejects(findShards([`${path}/a`, `${path}/b`]), /Two shards are called x, and so/);
});

Deno.test("openShard() reads a list, from its own folder or another, and a tar", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  const body = new TextEncoder().encode("in tar");
  await write(path, {
    "in/a.txt": "p.jpg\nq.jpg\tq\n",
    "in/p.jpg": "here",
    "other/p.jpg": "there",
    "in/a.tar": await packTar([{ header: { name: "t.jpg", size: body.length }, body }]),
  });
  const texts = async (file: string, root?: string) => {
    const shard = { name: "a", path: `${path}/in/${file}` };
    const { source, count, photos } = await openShard(shard, { ...OPTIONS, root });
    const read = [];
    for await (const { id, read: bytes } of photos) {
      read.push([id, await bytes().then((b) => new TextDecoder().decode(b), ({ code }) => code)]);
    }
    return { source, count, read };
  };
  const here = await texts("a.txt");
  assert.deepEqual(here.read, [["p.jpg", "here"], ["q", "not_found"]]);
  assert.equal(here.count, 2);
  assert.match(here.source, /^sha256 [0-9a-f]{64}$/);
  assert.deepEqual((await texts("a.txt", `${path}/other`)).read[0], ["p.jpg", "there"]);
  const tar = await texts("a.tar");
  assert.deepEqual(tar.read, [["t.jpg", "in tar"]]);
  assert.match(tar.source, /^tar of \d+ bytes$/);
  assert.equal(tar.count, undefined);
});

Deno.test("openShard() says which list is wrong", async () => {
  await using folder = await temporaryFolder();
  await write(folder.path, { "a.txt": "s3://b/a", "b.txt": Uint8Array.of(0xff) });
  for (const name of ["a", "b"]) {
    const path = `${folder.path}/${name}.txt`;
    await assert.rejects(
      openShard({ name, path }, OPTIONS),
      (error: Error) => error.message.startsWith(`${path}: `),
    );
  }
});

Deno.test("shareOf() puts every shard into one share", () => {
  const shards = ["a", "b", "c", "d", "e"];
  const shares = [0, 1, 2].map((index) => shareOf(shards, { index, completions: 3 }));
  assert.deepEqual(shares, [["a", "d"], ["b", "e"], ["c"]]);
  assert.deepEqual(shareOf(shards, { index: 6, completions: 7 }), []);
});
