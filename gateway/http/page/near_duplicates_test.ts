import assert from "node:assert/strict";
import { nearDuplicates } from "./near_duplicates.js";

/** A photo whose vector lies at an angle, in degrees. */
const photo = (name: string, degrees: number) => {
  const angle = degrees * Math.PI / 180;
  return { name, vector: Float32Array.of(Math.cos(angle), Math.sin(angle)) };
};
const grouped = (photos: ReturnType<typeof photo>[], threshold: number) =>
  nearDuplicates(photos, threshold).map((group) =>
    group.photos.map(({ name }: { name: string }) => name).join("")
  );

Deno.test("nearDuplicates() links photos through others, and keeps the order in which they came", () => {
  // a and b are 40 degrees apart, which c, between them, bridges.
  const photos = [photo("a", 0), photo("x", 120), photo("b", 40), photo("c", 20), photo("y", 121)];
  assert.deepEqual(grouped(photos, Math.cos(0.4)), ["abc", "xy"]);
  assert.deepEqual(grouped(photos, Math.cos(0.1)), ["a", "xy", "b", "c"]);
  assert.deepEqual(grouped(photos, 1), ["a", "x", "b", "c", "y"]);
  assert.deepEqual(grouped(photos, -1), ["axbcy"]);
});

Deno.test("nearDuplicates() tells the weakest link of a group, and 1 of a photo that stands alone", () => {
  const [group, alone] = nearDuplicates(
    [photo("a", 0), photo("b", 60), photo("c", 180)],
    0.5 - 1e-6,
  );
  assert.ok(Math.abs((group?.weakest ?? 0) - 0.5) < 1e-6);
  assert.equal(alone?.weakest, 1);
  assert.deepEqual(nearDuplicates([], 0.5), []);
});
