import assert from "node:assert/strict";
import type { Photo } from "../library/photo_table.ts";
import { groupPhotos, rankGroups } from "./photo_groups.ts";

let ids = 0;
const photo = (path: string, digest: number, rest: Partial<Photo> = {}): Photo => ({
  ...{ id: ids++, path, bytes: 100, mtimeMs: 0, digest: Uint8Array.of(digest), format: "jpeg" },
  ...{ width: 40, height: 30, takenAt: undefined, camera: undefined, problem: undefined },
  ...rest,
});

/** Groups of photos whose digests 1 and 2 are near. */
function groups(...photos: Photo[]) {
  return shown(found(...photos));
}

function found(...photos: Photo[]) {
  return groupPhotos({
    photos,
    digests: ["01", "02", "03"],
    vectors: { rows: Float32Array.of(1, 0, 1, 0, 0, 1), dim: 2 },
    pairs: { a: Uint32Array.of(0), b: Uint32Array.of(1), cosines: Float32Array.of(0.984375) },
    threshold: 0.95,
  });
}

function shown(groups: ReturnType<typeof found>) {
  return groups.map(({ photos, ...rest }) => ({
    paths: photos.map(({ photo, isExactCopy }) => photo.path + (isExactCopy ? "=" : "")),
    ...rest,
  }));
}

Deno.test("groupPhotos() has the photo of most pixels first, and says so", () => {
  const [group] = groups(photo("a", 1), photo("b", 2, { width: 80, height: 60 }), photo("c", 3));
  assert.deepEqual(group, {
    paths: ["b", "a"],
    reason: "most pixels: 80 × 60",
    weakestLink: 0.984375,
    isBurst: false,
  });
});

Deno.test("rankGroups() has the sharper photo first, and the group is the same", () => {
  const before = found(photo("a", 1), photo("b", 2));
  const [dull, sharp] = [{ sharpness: 1, dark: 0, bright: 0 }, {
    sharpness: 2,
    dark: 0,
    bright: 0,
  }];
  const after = rankGroups(before, new Map([["01", dull], ["02", sharp]]));
  assert.deepEqual(shown(before)[0]?.paths, ["a", "b"]);
  assert.deepEqual(shown(after), [{
    ...{ paths: ["b", "a"], reason: "sharper: 2.0 times as sharp as the next" },
    ...{ weakestLink: 0.984375, isBurst: false },
  }]);
});

Deno.test("groupPhotos() marks files of the same bytes, which need no vector", () => {
  const found = groups(photo("a", 1), photo("a2", 1), photo("b", 2), photo("x", 9), photo("y", 9));
  assert.deepEqual(found.map(({ paths }) => paths), [["a=", "a2=", "b"], ["x=", "y="]]);
  assert.equal(found[1]?.weakestLink, 1);
});

Deno.test("groupPhotos() marks what one camera took in a row", () => {
  const shot = (path: string, digest: number, takenAt: string, camera = "Maker 1") =>
    photo(path, digest, { takenAt, camera });
  const isBurst = (...photos: Photo[]) => groups(...photos)[0]?.isBurst;
  const first = shot("a", 1, "2026-11-26T18:30:00");
  assert.equal(isBurst(first, shot("b", 2, "2026-11-26T18:30:02.500")), true);
  assert.equal(isBurst(first, shot("b", 2, "2026-11-26T18:30:09")), false);
  assert.equal(isBurst(first, shot("b", 2, "2026-11-26T18:30:01", "Maker 2")), false);
  assert.equal(isBurst(first, photo("b", 2)), false);
});
