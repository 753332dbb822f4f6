import assert from "node:assert/strict";
import { temporaryFolder } from "../../testing/models/temporary_folder.ts";
import { Library } from "../library/library.ts";
import { exportRows } from "./export_rows.ts";

Deno.test("exportRows() has absolute paths, a row a file, and null for what is not known", async () => {
  await using folder = await temporaryFolder();
  using library = Library.open(`${folder.path}/.photos`);
  const id = library.vectors.idOf({ space: "s1", preprocessId: "p1", dim: 1 });
  const digest = new Uint8Array(32).fill(7);
  const nothing = { format: undefined, takenAt: undefined, camera: undefined, problem: undefined };
  for (const path of ["b.jpg", "a/c.jpg"]) {
    const facts = { digest, bytes: 5, mtimeMs: 1, width: 40, height: undefined, ...nothing };
    library.photos.put({ path, ...facts }, 1);
  }
  library.vectors.put({ digest, embedder: id, vector: Float32Array.of(1), madeBy: "local" });
  const [embedder] = library.vectors.embedders();
  assert.ok(embedder !== undefined);
  const rest = {
    ...{ digest: digest.toHex(), bytes: 5, width: 40, height: null, taken_at: null, camera: null },
    vector: Float32Array.of(1),
  };
  assert.deepEqual([...exportRows(library, embedder, new AbortController().signal)], [
    { path: library.absolute("a/c.jpg"), ...rest },
    { path: library.absolute("b.jpg"), ...rest },
  ]);
  const rows = exportRows(library, embedder, AbortSignal.abort(new Error("cut")));
  assert.throws(() => rows.next(), /^Error: cut$/);
});
