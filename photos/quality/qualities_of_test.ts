import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { scan } from "../scan/scan.ts";
import { qualitiesOf } from "./qualities_of.ts";

/** A library of sample photos. */
async function trial(...samples: string[]) {
  const folder = await temporaryFolder();
  for (const name of samples) {
    await Deno.copyFile(`testing/photos/${name}.jpg`, `${folder.path}/${name}.jpg`);
  }
  const library = Library.open(`${folder.path}/.photos`);
  await scan(library, { folders: [folder.path] });
  const measure = async () => {
    const asked: number[] = [];
    const photos = [...library.photos.all()];
    const found = await qualitiesOf(library, photos, { onProgress: (_, all) => asked.push(all) });
    const of = (name: string) =>
      found.get(photos.find(({ path }) => path === `${name}.jpg`)?.digest.toHex() ?? "");
    return { of, count: found.size, decoded: asked.length };
  };
  const dispose = async () => {
    library[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  };
  return { folder, library, measure, [Symbol.asyncDispose]: dispose };
}

Deno.test("qualitiesOf() calls the original sharper than what was compressed, and what is overexposed clipped", async () => {
  await using one = await trial("pavilion", "pavilion_q30", "pavilion_bright");
  const { of } = await one.measure();
  const [original, compressed, bright] = ["pavilion", "pavilion_q30", "pavilion_bright"].map(of);
  assert.ok((original?.sharpness ?? 0) > 1.2 * (compressed?.sharpness ?? Infinity));
  assert.ok((bright?.bright ?? 0) > 0.2 && (original?.bright ?? 1) < 0.01);
});

Deno.test("qualitiesOf() decodes each photo once, and tries no other twice", async () => {
  await using one = await trial("cat", "coffee");
  const cat = await Deno.readFile("testing/photos/cat.jpg");
  await Deno.writeFile(`${one.folder.path}/cut.jpg`, cat.subarray(0, 700));
  await scan(one.library, { folders: [one.folder.path] });
  const { count, decoded } = await one.measure();
  assert.deepEqual([count, decoded], [2, 3]);
  const again = await one.measure();
  assert.deepEqual([again.count, again.decoded], [2, 0]);
  assert.equal(again.of("cut"), undefined);
});

Deno.test("qualitiesOf() leaves what is not as it was scanned to the next scan", async () => {
  await using one = await trial("cat", "coffee");
  await Deno.remove(`${one.folder.path}/cat.jpg`);
  await Deno.writeTextFile(`${one.folder.path}/coffee.jpg`, "another file");
  assert.equal((await one.measure()).count, 0);
  await Deno.copyFile("testing/photos/coffee.jpg", `${one.folder.path}/coffee.jpg`);
  await scan(one.library, { folders: [one.folder.path] });
  assert.equal((await one.measure()).count, 1);
});
