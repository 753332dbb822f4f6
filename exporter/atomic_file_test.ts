import assert from "node:assert/strict";
import { writeFileAtomically } from "./atomic_file.ts";

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writeFileAtomically() makes folders and leaves nothing but the file", async () => {
  await withFolder(async (folder) => {
    await writeFileAtomically(`${folder}/1/a`, new Uint8Array([1, 2]));
    assert.deepEqual(await Deno.readFile(`${folder}/1/a`), new Uint8Array([1, 2]));
    assert.deepEqual(namesIn(`${folder}/1`), ["a"]);
  });
});

Deno.test("writeFileAtomically() replaces a file without touching readers of the old one", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/a`, new Uint8Array([1, 1, 1]));
    using reader = await Deno.open(`${folder}/a`);
    await writeFileAtomically(`${folder}/a`, new Uint8Array([2]));
    const buffer = new Uint8Array(3);
    await reader.read(buffer);
    assert.deepEqual(buffer, new Uint8Array([1, 1, 1]));
    assert.deepEqual(await Deno.readFile(`${folder}/a`), new Uint8Array([2]));
  });
});

Deno.test("writeFileAtomically() cleans up when the file cannot take its place", async () => {
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a`);
    await assert.rejects(writeFileAtomically(`${folder}/a`, new Uint8Array([1])));
    assert.deepEqual(namesIn(folder), ["a"]);
  });
});
