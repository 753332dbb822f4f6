import assert from "node:assert/strict";
import type { Photo } from "../library/photo_table.ts";
import type { Quality } from "../library/quality_table.ts";
import { rankPhotos, undecided } from "./best_shot.ts";

const photo = (path: string, digest: number, rest: Partial<Photo> = {}): Photo => ({
  ...{ id: digest, path, bytes: 100, mtimeMs: 0, digest: Uint8Array.of(digest), format: "jpeg" },
  ...{ width: 40, height: 30, takenAt: undefined, camera: undefined, problem: undefined },
  ...rest,
});

const quality = (sharpness: number, dark = 0, bright = 0): Quality => ({ sharpness, dark, bright });

/** Paths in their order, and the reason. */
function ranked(photos: readonly Photo[], ...qualities: (Quality | undefined)[]) {
  const known = photos.flatMap(({ digest }, at) => {
    const quality = qualities[at];
    return quality === undefined ? [] : [[digest.toHex(), quality] as const];
  });
  const { photos: order, reason } = rankPhotos(photos, new Map(known));
  return [...order.map(({ path }) => path), reason];
}

Deno.test("rankPhotos() has the photo of most pixels first, however sharp a smaller one is", () => {
  const photos = [photo("a", 1), photo("b", 2, { width: 80, height: 60 })];
  assert.deepEqual(ranked(photos, quality(9), quality(1)), ["b", "a", "most pixels: 80 × 60"]);
});

Deno.test("rankPhotos() has the sharpest of as many pixels first", () => {
  const photos = [photo("a", 1, { width: 41 }), photo("b", 2), photo("c", 3), photo("d", 4)];
  const reason = "sharper: 4.0 times as sharp as the next";
  assert.deepEqual(ranked(photos, quality(1), quality(4), quality(0.5), quality(0)), [...[
    "b",
    "a",
    "c",
    "d",
  ], reason]);
});

Deno.test("rankPhotos() has what is well exposed before what is sharp", () => {
  const photos = [photo("a", 1), photo("b", 2)];
  const reason = "better exposed: 1 % of it is black or white, 30 % of the next";
  const found = ranked(photos, quality(4, 0.1, 0.2), quality(3, 0, 0.01));
  assert.deepEqual(found, ["b", "a", reason]);
});

Deno.test("rankPhotos() has a GIF behind what has all colours, however sharp its dots are", () => {
  const photos = [photo("a", 1, { format: "gif" }), photo("b", 2), photo("c", 3)];
  assert.deepEqual(ranked(photos, quality(90), quality(1), quality(4)), [
    ...["c", "b", "a", "sharper: 4.0 times as sharp as the next"],
  ]);
  assert.deepEqual(ranked(photos.slice(0, 2), quality(90), quality(1)), [
    ...["b", "a", "all its colours: the next is a GIF"],
  ]);
  const gifs = photos.map((one) => ({ ...one, format: "gif" }));
  assert.equal(ranked(gifs, quality(1), quality(4))[0], "b");
});

Deno.test("rankPhotos() makes nothing of small differences", () => {
  const photos = [photo("a", 1), photo("b", 2, { bytes: 200 })];
  const found = ranked(photos, quality(1.05, 0.01), quality(1, 0.05));
  assert.deepEqual(found, ["b", "a", "as many pixels, least compressed: 200 bytes"]);
  assert.deepEqual(ranked([photo("b", 1), photo("a", 2)]), [
    ...["a", "b", "nothing tells them apart but their names"],
  ]);
});

Deno.test("rankPhotos() holds nothing against a photo that was not looked at", () => {
  const photos = [photo("a", 1), photo("b", 2, { bytes: 200 })];
  assert.equal(ranked(photos, quality(9))[0], "b");
});

Deno.test("undecided() are the photos whose pixels decide", () => {
  const paths = (...photos: Photo[]) => undecided(photos).map(({ path }) => path);
  const large = { width: 80, height: 60 };
  assert.deepEqual(paths(photo("a", 1), photo("b", 2, large)), []);
  assert.deepEqual(paths(photo("a", 1, large), photo("b", 1, large), photo("c", 3)), []);
  assert.deepEqual(paths(photo("a", 1), photo("b", 2, large), photo("c", 3, large)), ["b", "c"]);
});
