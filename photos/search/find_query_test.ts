import assert from "node:assert/strict";
import { startGateway, testFile } from "../../testing/harness.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { towerRepository, TOWERS } from "../../testing/towers/tower_repository.ts";
import { embedMissing } from "../embed/embed_missing.ts";
import { openSource } from "../embed/source.ts";
import { Library } from "../library/library.ts";
import { scan } from "../scan/scan.ts";
import { queryOfPhoto, queryOfWords } from "./find_query.ts";

const CAT = await testFile("photos/cat.jpg");
const HALF = await testFile("photos/cat_half.jpg");

/** A library of one photo, and a gateway with an image and a text tower of one space. */
async function trial() {
  const folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/cat.jpg`, CAT);
  const library = Library.open(`${folder.path}/.photos`);
  await scan(library, { folders: [folder.path] });
  const repository = await towerRepository();
  const gateway = await startGateway({
    GATEWAY_MODEL_REPOSITORY: repository.path,
    GATEWAY_MODELS: [TOWERS.image, TOWERS.text, TOWERS.dct].join(),
  });
  let opened = 0;
  const open = (model?: string) => () => {
    opened++;
    return openSource({ mode: "remote", url: gateway.url, model, env: {} }, () => {});
  };
  const embed = async (model?: string) => {
    await using source = await open(model)();
    await embedMissing(library, source);
    opened = 0;
  };
  const dispose = async () => {
    library[Symbol.dispose]();
    for (const part of [gateway, repository, folder]) await part[Symbol.asyncDispose]();
  };
  return { library, open, embed, opened: () => opened, [Symbol.asyncDispose]: dispose };
}

Deno.test("queryOfPhoto() asks a gateway only for what the library does not have", async () => {
  await using one = await trial();
  await assert.rejects(queryOfPhoto(one.library, CAT, one.open()), /^Error: No photo has a vector/);
  await one.embed();
  const known = await queryOfPhoto(one.library, CAT, one.open());
  assert.deepEqual([known.vector.length, one.opened()], [known.embedder.dim, 0]);
  const other = await queryOfPhoto(one.library, HALF, one.open());
  assert.deepEqual([other.embedder.id, one.opened()], [known.embedder.id, 1]);
});

Deno.test("queryOfPhoto() and queryOfWords() compare nothing of another space", async () => {
  await using one = await trial();
  await one.embed(TOWERS.dct);
  const stranger = /^Error: The library has no vectors that may be compared with those of http/;
  await assert.rejects(queryOfPhoto(one.library, HALF, one.open(TOWERS.image)), stranger);
  await assert.rejects(queryOfWords(one.library, "a cat", one.open(TOWERS.image)), stranger);
});

Deno.test("queryOfWords() gives words their vector, or says why there is none", async () => {
  await using one = await trial();
  await assert.rejects(queryOfWords(one.library, "a cat", one.open()), /No photo has a vector/);
  await one.embed();
  const { vector, embedder } = await queryOfWords(one.library, "a photo of a cat", one.open());
  assert.equal(vector.length, embedder.dim);
  await assert.rejects(
    queryOfWords(one.library, "a cat", one.open(TOWERS.dct)),
    /^Error: Words cannot be searched for, as nothing at http.* embeds them into the space of dct_512/,
  );
});
