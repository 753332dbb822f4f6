import assert from "node:assert/strict";
import type { EmbeddingClient } from "../../client/embedding_client.ts";
import type { Embedding } from "../../client/embedding.ts";
import { EmbeddingError } from "../../client/embedding_error.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { testFile } from "../../testing/harness.ts";
import { Library } from "../library/library.ts";
import { scan } from "../scan/scan.ts";
import { embedMissing } from "./embed_missing.ts";
import type { Source } from "./source.ts";

const CAT = await testFile("photos/cat.jpg");
const EMBEDDER = { space: "s1", preprocessId: "p1", dim: 2 };

/** A JPEG that is another file each time; a decoder stops at its end. */
const photo = (number: number) => Uint8Array.of(...CAT, number >> 8, number & 255);

/** A library of so many photos, embedded by a stub that fails some. */
async function trial(count: number, fail: (number: number) => Error | undefined = () => undefined) {
  const folder = await temporaryFolder();
  for (let number = 0; number < count; number++) {
    await Deno.writeFile(`${folder.path}/${number}.jpg`, photo(number));
  }
  const library = Library.open(`${folder.path}/.photos`);
  await scan(library, { folders: [folder.path] });
  const sent: number[] = [];
  const embed = (bytes: Uint8Array): Promise<Embedding> => {
    const number = (bytes.at(-2) as number) * 256 + (bytes.at(-1) as number);
    sent.push(number);
    const error = fail(number);
    if (error !== undefined) return Promise.reject(error);
    const vector = Float32Array.of(number, 1);
    return Promise.resolve({
      vector,
      ...space,
      modality: "image",
      madeBy: "stub",
      isTruncated: false,
    });
  };
  const embedBatch = (inputs: readonly Uint8Array[]) =>
    Promise.all(inputs.map((bytes) =>
      embed(bytes).catch((error: EmbeddingError) => {
        if (error.isOfGateway) throw error;
        return error;
      })
    ));
  const space = { space: EMBEDDER.space, preprocessId: EMBEDDER.preprocessId };
  const source: Source = {
    client: { url: "http://stub", embed, embedBatch } as unknown as EmbeddingClient,
    ...{ madeBy: "http://stub", isLocal: false, embedder: EMBEDDER, model: "m" },
    textModel: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const dispose = async () => {
    library[Symbol.dispose]();
    await folder[Symbol.asyncDispose]();
  };
  const vectors = () => library.vectors.embedders()[0]?.count ?? 0;
  return { folder, library, source, sent, space, vectors, [Symbol.asyncDispose]: dispose };
}

Deno.test("embedMissing() embeds what has no vector, and nothing twice", async () => {
  await using one = await trial(5);
  await Deno.writeFile(`${one.folder.path}/copy.jpg`, photo(3));
  await scan(one.library, { folders: [one.folder.path] });
  const totals = await embedMissing(one.library, one.source);
  assert.deepEqual(totals, {
    wanted: 5,
    embedded: 5,
    refused: 0,
    problems: [],
    madeBy: { "http://stub": 5 },
  });
  assert.deepEqual(one.sent.toSorted(), [0, 1, 2, 3, 4]);
  assert.equal((await embedMissing(one.library, one.source)).wanted, 0);
  assert.equal(one.sent.length, 5);
});

Deno.test("embedMissing() notes what is refused, and does not send it again", async () => {
  const bad = new EmbeddingError({ code: "invalid_image", message: "cut off" });
  await using one = await trial(3, (number) => number === 1 ? bad : undefined);
  assert.deepEqual(await embedMissing(one.library, one.source), {
    ...{ wanted: 3, embedded: 2, refused: 1, problems: [], madeBy: { "http://stub": 2 } },
  });
  assert.deepEqual(one.library.vectors.refusals(), [
    { path: "1.jpg", code: "invalid_image", message: "cut off" },
  ]);
  assert.equal((await embedMissing(one.library, one.source)).wanted, 0);
});

Deno.test("embedMissing() keeps what it has when the gateway goes, and goes on from there", async () => {
  const gone = new EmbeddingError({ code: "unreachable", message: "gone" });
  let isGone = true;
  await using one = await trial(200, (number) => isGone && number === 150 ? gone : undefined);
  await assert.rejects(embedMissing(one.library, one.source), { code: "unreachable" });
  const kept = one.vectors();
  assert.ok(kept > 0 && kept < 200, `${kept}`);
  isGone = false;
  const { wanted, embedded } = await embedMissing(one.library, one.source);
  assert.deepEqual([wanted, embedded], [200 - kept, 200 - kept]);
});

Deno.test("embedMissing() mixes no vectors of another model that the gateway has meanwhile", async () => {
  await using one = await trial(3);
  one.space.space = "s2";
  await assert.rejects(embedMissing(one.library, one.source), /has another model/);
  assert.equal(one.vectors(), 0);
});

Deno.test("embedMissing() tells of files that changed or went since the scan", async () => {
  await using one = await trial(3);
  await Deno.writeFile(`${one.folder.path}/0.jpg`, photo(77));
  await Deno.remove(`${one.folder.path}/1.jpg`);
  const { embedded, problems } = await embedMissing(one.library, one.source);
  assert.equal(embedded, 1);
  assert.deepEqual(problems.map(({ path }) => path).sort(), ["0.jpg", "1.jpg"]);
  assert.match(problems.map(({ problem }) => problem).join(), /has changed since it was scanned/);
});

Deno.test("embedMissing() embeds a share for each of several machines, and all of them everything", async () => {
  await using one = await trial(20);
  for (const index of [1, 2, 3]) {
    const { wanted } = await embedMissing(one.library, one.source, { shard: { index, count: 3 } });
    assert.ok(wanted > 0 && wanted < 20, `${wanted}`);
  }
  assert.deepEqual(one.sent.toSorted((a, b) => a - b), [...Array(20).keys()]);
});
