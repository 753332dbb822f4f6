import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { NoThumbnail, Thumbnails } from "./thumbnails.ts";

const SAMPLES = fileURLToPath(new URL("../../testing/photos/", import.meta.url));
const { signal } = new AbortController();

async function request(name: string) {
  const path = `${SAMPLES}${name}`;
  const digest = createHash("sha256").update(await Deno.readFile(path)).digest("hex");
  return { path, digest, signal };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

Deno.test("Thumbnails are made once, and found again by another run", async () => {
  await using folder = await temporaryFolder();
  const cat = await request("cat.jpg");
  let first: Uint8Array;
  {
    using thumbnails = await Thumbnails.open(folder.path);
    first = await thumbnails.get(cat);
  }
  await Deno.writeTextFile(`${folder.path}/thumbnails/${cat.digest}.jpg`, "kept");
  using thumbnails = await Thumbnails.open(folder.path);
  assert.equal(new TextDecoder().decode(await thumbnails.get(cat)), "kept");
  await Deno.remove(`${folder.path}/thumbnails/${cat.digest}.jpg`);
  assert.deepEqual(await thumbnails.get(cat), first);
});

Deno.test("Thumbnails are bounded in number, those that were not wanted for longest going first", async () => {
  await using folder = await temporaryFolder();
  using thumbnails = await Thumbnails.open(folder.path, 2);
  const [cat, coffee, rocket] = await Promise.all(
    ["cat.jpg", "coffee.jpg", "rocket.jpg"].map(request),
  );
  assert.ok(cat && coffee && rocket);
  for (const wanted of [cat, coffee, cat, rocket]) await thumbnails.get(wanted);
  // The removal was asked for before the next one is made and read.
  await thumbnails.get(cat);
  const names = (await namesIn(`${folder.path}/thumbnails`)).sort();
  assert.deepEqual(names, [cat, rocket].map(({ digest }) => `${digest}.jpg`).sort());
});

Deno.test("Thumbnails are of the bytes that were scanned, and of nothing that is no picture", async () => {
  await using folder = await temporaryFolder();
  using thumbnails = await Thumbnails.open(folder.path);
  const [cat, coffee] = await Promise.all(["cat.jpg", "coffee.jpg"].map(request));
  assert.ok(cat && coffee);
  const changed = thumbnails.get({ ...cat, digest: coffee.digest });
  await assert.rejects(changed, new NoThumbnail("it has changed since it was scanned"));
  await assert.rejects(thumbnails.get({ ...cat, path: "/nowhere" }), /it is not there/);
  await assert.rejects(thumbnails.get(await request("README.md")), /Cannot decode image/);
  assert.ok((await thumbnails.get(cat)).length > 1000);
});

Deno.test("Thumbnails that nobody wants any more are not made", async () => {
  await using folder = await temporaryFolder();
  using thumbnails = await Thumbnails.open(folder.path);
  const [cat, coffee, rocket] = await Promise.all(
    ["cat.jpg", "coffee.jpg", "rocket.jpg"].map(request),
  );
  assert.ok(cat && coffee && rocket);
  const ending = new AbortController();
  const first = thumbnails.get(cat);
  const second = assert.rejects(thumbnails.get({ ...coffee, signal: ending.signal }), /scrolled/);
  ending.abort(new Error("scrolled past"));
  const third = thumbnails.get(rocket);
  await Promise.all([first, second, third]);
  const names = await namesIn(`${folder.path}/thumbnails`);
  assert.equal(names.includes(`${coffee.digest}.jpg`), false);
});

Deno.test("Thumbnails that are waited for, or asked for later, end with the page", async () => {
  await using folder = await temporaryFolder();
  const [cat, coffee] = await Promise.all(["cat.jpg", "coffee.jpg"].map(request));
  assert.ok(cat && coffee);
  const thumbnails = await Thumbnails.open(folder.path);
  const waiting = Promise.allSettled([cat, coffee].map((wanted) => thumbnails.get(wanted)));
  thumbnails[Symbol.dispose]();
  assert.deepEqual((await waiting).map(({ status }) => status), ["rejected", "rejected"]);
  await assert.rejects(thumbnails.get(cat), new NoThumbnail("the page has ended"));
});
