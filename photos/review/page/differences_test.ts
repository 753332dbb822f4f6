import assert from "node:assert/strict";
import { differences } from "./differences.js";

const PHOTO = {
  ...{ path: "2026/a.jpg", bytes: 1_250_000, mtimeMs: 0, format: "jpeg", width: 40, height: 30 },
  ...{ takenAt: "2026-05-01T10:00:00", settings: { ISO: "100" } },
};

Deno.test("differences() tells facts of two photos apart, and leaves out what neither has", () => {
  const other = { ...PHOTO, path: "b.jpg", width: 20, height: 15, settings: { Lens: "50 mm" } };
  const rows = differences(PHOTO, other);
  assert.deepEqual(rows.find(({ name }: { name: string }) => name === "Pixels"), {
    ...{ name: "Pixels", left: "40 × 30", right: "20 × 15", isOther: true },
  });
  const others = rows.filter(({ isOther }: { isOther: boolean }) => isOther);
  assert.deepEqual(others.map(({ name }: { name: string }) => name), [
    ...["Name", "Folder", "Pixels", "ISO", "Lens"],
  ]);
  assert.equal(rows.some(({ name }: { name: string }) => name === "Camera"), false);
});
