import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { loadPairs } from "./load_pairs.ts";

const FACTS = {
  ...{ format: "jpeg", width: 4, height: 3, takenAt: undefined, camera: undefined },
  ...{ problem: undefined, bytes: 1, mtimeMs: 1 },
};

/** A library of photos whose vectors lie in a plane, at angles in degrees. */
async function trial(...degrees: number[]) {
  const folder = await temporaryFolder();
  const library = Library.open(`${folder.path}/.photos`);
  const embedder = { space: "s1", preprocessId: "p1", dim: 2 };
  const put = (angle: number) => {
    const digest = new Uint8Array(32).fill(angle);
    library.photos.put({ path: `${angle}.jpg`, digest, ...FACTS }, 1);
    const vector = Float32Array.of(
      Math.cos(angle * Math.PI / 180),
      Math.sin(angle * Math.PI / 180),
    );
    const id = library.vectors.idOf(embedder);
    library.vectors.put({ digest, embedder: id, vector, madeBy: "local" });
  };
  degrees.forEach(put);
  /** The pairs, and whether they were looked for. */
  const load = async (threshold: number) => {
    let isSearched = false;
    const onProgress = () => isSearched = true;
    const { pairs, floor } = await loadPairs(library, { threshold, threads: 1, onProgress });
    return { count: pairs.a.length, floor, isSearched };
  };
  const dispose = async () => {
    library[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  };
  return {
    library,
    put,
    load,
    file: `${library.folder}/pairs.bin`,
    [Symbol.asyncDispose]: dispose,
  };
}

Deno.test("loadPairs() finds pairs once for all thresholds down to its floor", async () => {
  await using one = await trial(0, 10, 20, 90);
  assert.deepEqual(await one.load(0.95), { count: 3, floor: 0.85, isSearched: true });
  assert.deepEqual(await one.load(0.97), { count: 3, floor: 0.85, isSearched: false });
  assert.deepEqual(await one.load(0.85), { count: 3, floor: 0.85, isSearched: false });
  const { floor, isSearched } = await one.load(0.8);
  assert.ok(isSearched && Math.abs(floor - 0.7) < 1e-9);
});

Deno.test("loadPairs() looks again when photos came or went", async () => {
  await using one = await trial(0, 10, 90);
  assert.equal((await one.load(0.95)).count, 1);
  one.put(80);
  assert.deepEqual(await one.load(0.95), { count: 2, floor: 0.85, isSearched: true });
  one.library.photos.forgetUnseen(["10.jpg"], 2);
  assert.deepEqual(await one.load(0.95), { count: 1, floor: 0.85, isSearched: true });
});

Deno.test("loadPairs() looks again where its file is damaged, cut off or of somebody else", async () => {
  await using one = await trial(0, 10, 90);
  await one.load(0.95);
  const whole = await Deno.readFile(one.file);
  const flipped = whole.with(whole.length - 1, (whole.at(-1) as number) ^ 1);
  for (const bytes of [flipped, whole.subarray(0, -4), whole.subarray(0, 100), new Uint8Array()]) {
    await Deno.writeFile(one.file, bytes);
    assert.deepEqual(await one.load(0.95), { count: 1, floor: 0.85, isSearched: true });
  }
  assert.deepEqual(await Deno.readFile(one.file), whole);
  assert.equal((await one.load(0.95)).isSearched, false);
  const files = (await Array.fromAsync(Deno.readDir(one.library.folder))).map(({ name }) => name);
  assert.deepEqual(files.filter((name) => name.endsWith(".part")), []);
});

Deno.test("loadPairs() has nothing of a library without vectors", async () => {
  await using one = await trial();
  assert.deepEqual(await one.load(0.95), { count: 0, floor: 0, isSearched: false });
});
