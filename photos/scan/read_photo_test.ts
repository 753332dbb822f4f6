import assert from "node:assert/strict";
import { testFile } from "../../testing/harness.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { readPhoto } from "./read_photo.ts";

const CAT = await testFile("photos/cat.jpg");

async function read(bytes: Uint8Array) {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.jpg`;
  await Deno.writeFile(path, bytes);
  return await readPhoto(path);
}

Deno.test("readPhoto() tells digest, format and size", async () => {
  const { digest, format, width, height, problem } = await read(CAT);
  const expected = new Uint8Array(await crypto.subtle.digest("SHA-256", CAT));
  assert.deepEqual(digest, expected);
  assert.deepEqual({ format, width, height, problem }, {
    format: "jpeg",
    width: 451,
    height: 300,
    problem: undefined,
  });
});

const HEIC = new TextEncoder().encode("\0\0\0\x18ftypheic\0\0\0\0mif1heic");
for (
  const [name, bytes, format, problem] of [
    ["an empty file", new Uint8Array(0), undefined, /it is empty$/],
    ["a HEIC", HEIC, "heic", /HEIC|heic|format/i],
    ["a text", new TextEncoder().encode("hello, world"), undefined, /no image that is known$/],
    ["a JPEG of a head alone", CAT.subarray(0, 20), "jpeg", /./],
  ] as const
) {
  Deno.test(`readPhoto() says of ${name} why it will not be embedded`, async () => {
    const facts = await read(bytes);
    assert.equal(facts.format, format);
    assert.match(facts.problem ?? "", problem);
    assert.equal(facts.digest.length, 32);
  });
}

Deno.test("readPhoto() throws for what cannot be read", async () => {
  await using folder = await temporaryFolder();
  await assert.rejects(readPhoto(`${folder.path}/none.jpg`), Deno.errors.NotFound);
});
