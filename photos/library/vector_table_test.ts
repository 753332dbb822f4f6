import assert from "node:assert/strict";
import { memoryDatabase } from "../../testing/photos_library.ts";
import { PhotoTable } from "./photo_table.ts";
import { VectorTable } from "./vector_table.ts";

const EMBEDDER = { space: "s1", preprocessId: "p1", dim: 2 };
const OTHER = { ...EMBEDDER, preprocessId: "p2" };
const digest = (byte: number) => new Uint8Array(32).fill(byte);

/** Files a to d, of which b is a copy of a, and d is no picture. */
function filled() {
  const database = memoryDatabase();
  const photos = new PhotoTable(database);
  const nothing = { width: undefined, height: undefined, takenAt: undefined, camera: undefined };
  for (
    const [path, byte, problem] of [["a", 1], ["b", 1], ["c", 3], ["d", 4, "no picture"]] as const
  ) {
    const facts = { digest: digest(byte), format: undefined, problem };
    photos.put({ path, bytes: 1, mtimeMs: 1, ...nothing, ...facts }, 1);
  }
  return { database, vectors: new VectorTable(database), photos };
}

Deno.test("VectorTable.missing() tells what has no vector of an embedder, a digest once", () => {
  const { database, vectors } = filled();
  using _ = database;
  const embedder = vectors.idOf(EMBEDDER);
  assert.equal(vectors.idOf(EMBEDDER), embedder);
  const missing = (id?: number) => vectors.missing(id).map(({ path }) => path);
  assert.deepEqual(missing(embedder), ["a", "c"]);
  vectors.put({ digest: digest(1), embedder, vector: Float32Array.of(1, 0), madeBy: "local" });
  assert.deepEqual(missing(embedder), ["c"]);
  assert.deepEqual(missing(vectors.idOf(OTHER)), ["a", "c"]);
  assert.deepEqual(missing(undefined), ["c"]);
  vectors.refuse({ digest: digest(3), code: "invalid_image", message: "cut off" });
  assert.deepEqual(missing(embedder), []);
  assert.deepEqual(vectors.refusals(), [{ path: "c", code: "invalid_image", message: "cut off" }]);
  vectors.forgetRefusals();
  assert.deepEqual(missing(embedder), ["c"]);
});

Deno.test("VectorTable.matrix() has the vectors of one embedder, of photos that are there", () => {
  const { database, vectors, photos } = filled();
  using _ = database;
  const [embedder, other] = [vectors.idOf(EMBEDDER), vectors.idOf(OTHER)];
  const put = (byte: number, id: number, ...values: number[]) =>
    vectors.put({
      digest: digest(byte),
      embedder: id,
      vector: Float32Array.from(values),
      madeBy: "local",
    });
  put(3, embedder, 0, 1);
  put(1, embedder, 1, 0);
  put(1, other, 0.5, 0.5);
  put(9, embedder, 7, 7);
  const matrix = () => vectors.matrix({ id: embedder, dim: 2 });
  assert.deepEqual(vectors.of(digest(1), other), Float32Array.of(0.5, 0.5));
  assert.equal(vectors.of(digest(3), other), undefined);
  const paths = [...photos.withVectors(embedder)].map(([{ path }, vector]) => [path, ...vector]);
  assert.deepEqual(paths, [["a", 1, 0], ["b", 1, 0], ["c", 0, 1]]);
  assert.deepEqual(matrix(), {
    digests: [digest(1).toHex(), digest(3).toHex()],
    rows: Float32Array.of(1, 0, 0, 1),
  });
  photos.forgetUnseen(["c"], 2);
  assert.deepEqual(matrix().rows, Float32Array.of(1, 0));
  assert.deepEqual(vectors.embedders().map(({ preprocessId, count }) => [preprocessId, count]), [
    ["p1", 3],
    ["p2", 1],
  ]);
});
