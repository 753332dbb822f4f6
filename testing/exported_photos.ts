/** Photos for tests of formats. */
import type { ExportedPhotos, ExportRow } from "../photos/export/export_rows.ts";

/** Such photos, of which every other one has no more than it must. */
export function exportedPhotos(count: number): ExportedPhotos & { readonly rows: ExportRow[] } {
  const rows = Array.from({ length: count }, (_, number) => {
    const isBare = number % 2 === 0;
    return {
      ...{ path: `/photos/ü, ${number}.jpg`, digest: number.toString(16).padStart(64, "0") },
      ...{ bytes: 5e9 + number, width: isBare ? null : 40, height: isBare ? null : 30 },
      ...{ taken_at: isBare ? null : "2026-11-26T18:30:00", camera: isBare ? null : "Maker" },
      vector: Float32Array.of(number / 3, -1),
    };
  });
  return { embedder: { id: 1, space: "s1", preprocessId: "p1", dim: 2, count }, rows };
}

/** What all of them have. */
export const EXPORTED_MODEL = { space: "s1", preprocess_id: "p1" };
