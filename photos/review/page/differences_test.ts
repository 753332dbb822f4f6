import assert from "node:assert/strict";
import { differences } from "./differences.js";

const PHOTO = {
  ...{ path: "2026/a.jpg", bytes: 1_250_000, mtimeMs: 0, format: "jpeg", width: 40, height: 30 },
  ...{ takenAt: "2026-05-01T10:00:00", settings: { ISO: "100" } },
};

Deno.test("differences() tells facts of two photos apart, and leaves out what neither has", () => {
  const other = { ...PHOTO, path: "b.jpg", width: 20, height: 15, settings: { Lens: "50 mm" } };
  const rows = differences(PHOTO, other);
  assert.deepEqual(rows.find((row) => row.name === "Pixels"), {
    ...{ name: "Pixels", left: "40 × 30", right: "20 × 15", isOther: true },
  });
  const others = rows.filter((row) => row.isOther);
  assert.deepEqual(others.map((row) => row.name), [
    ...["Name", "Folder", "Pixels", "ISO", "Lens"],
  ]);
  assert.equal(rows.some((row) => row.name === "Camera"), false);
});
