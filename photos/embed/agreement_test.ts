import assert from "node:assert/strict";
import type { EmbeddingClient } from "../../client/embedding_client.ts";
import { testFile } from "../../testing/harness.ts";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { scan } from "../scan/scan.ts";
import { agreesWithLibrary, isSame } from "./agreement.ts";
import type { Source } from "./source.ts";

const CAT = await testFile("photos/cat.jpg");
const OWN = { space: "s", preprocessId: "p", dim: 2 };

Deno.test("isSame() looks at space and preprocess id", () => {
  assert.equal(isSame(OWN, { ...OWN }), true);
  assert.equal(isSame(OWN, { ...OWN, preprocessId: "q" }), false);
  assert.equal(isSame(OWN, { ...OWN, space: "t" }), false);
});

/** Whether a source agrees that makes this vector of every photo. */
async function agrees(vector: readonly number[], space = "s", isChanged = false): Promise<boolean> {
  await using folder = await temporaryFolder();
  await Deno.writeFile(`${folder.path}/a.jpg`, CAT);
  using library = Library.open(`${folder.path}/.photos`);
  await scan(library, { folders: [folder.path] });
  const embedder = library.vectors.idOf(OWN);
  for (const { digest } of library.photos.all()) {
    library.vectors.put({ digest, embedder, vector: Float32Array.of(1, 0), madeBy: "local" });
  }
  if (isChanged) await Deno.writeFile(`${folder.path}/a.jpg`, Uint8Array.of(...CAT, 1));
  const client = { embed: () => Promise.resolve({ vector: Float32Array.from(vector) }) };
  const source = { client: client as unknown as EmbeddingClient, embedder: { ...OWN, space } };
  return await agreesWithLibrary(library, OWN, source as unknown as Source);
}

Deno.test("agreesWithLibrary() embeds a photo once more, and looks closely", async () => {
  assert.equal(await agrees([1, 0]), true);
  assert.equal(await agrees([Math.cos(1e-3), Math.sin(1e-3)]), true);
  assert.equal(await agrees([Math.cos(2e-3), Math.sin(2e-3)]), false);
  assert.equal(await agrees([1, 0, 0]), false);
});

Deno.test("agreesWithLibrary() does not agree across spaces, or where no photo is left to try", async () => {
  assert.equal(await agrees([1, 0], "t"), false);
  assert.equal(await agrees([1, 0], "s", true), false);
});
