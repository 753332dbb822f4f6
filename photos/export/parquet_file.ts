/** Apache Parquet: a column a field, vectors as lists of floats. */
import {
  optional,
  ParquetFile,
  type ParquetSchema,
  required,
  text,
  vectorColumn,
} from "../../files/parquet_file.ts";
import type { ExportedPhotos, ExportRow } from "./export_rows.ts";

/** Rows of a row group, which is made in memory. */
const GROUP_ROWS = 2048;

const SCHEMA: ParquetSchema = [
  { name: "photos", num_children: 10 },
  { name: "path", ...text, ...required },
  { name: "digest", ...text, ...required },
  { name: "bytes", type: "INT64", ...required },
  { name: "width", type: "INT32", ...optional },
  { name: "height", type: "INT32", ...optional },
  { name: "taken_at", ...text, ...optional },
  { name: "camera", ...text, ...optional },
  { name: "space", ...text, ...required },
  { name: "preprocess_id", ...text, ...required },
  ...vectorColumn("vector", required),
];

/** As `WriteExport` says. */
export async function writeParquet(path: string, photos: ExportedPhotos): Promise<number> {
  using file = new ParquetFile(path, SCHEMA);
  const { space, preprocessId, dim } = photos.embedder;
  const about = { space, preprocess_id: preprocessId, dim: String(dim) };
  let count = 0;
  let group: ExportRow[] = [];
  const flush = async () => {
    await file.write(columnsOf(group, about));
    count += group.length;
    group = [];
  };
  for (const row of photos.rows) {
    group.push(row);
    if (group.length === GROUP_ROWS) await flush();
  }
  await flush();
  await file.finish(about);
  return count;
}

function columnsOf(
  rows: readonly ExportRow[],
  { space, preprocess_id }: { readonly space: string; readonly preprocess_id: string },
): Parameters<ParquetFile["write"]>[0] {
  const column = (name: keyof ExportRow) => ({ name, data: rows.map((row) => row[name]) });
  return [
    ...(["path", "digest"] as const).map(column),
    { name: "bytes", data: rows.map(({ bytes }) => BigInt(bytes)) },
    ...(["width", "height", "taken_at", "camera"] as const).map(column),
    { name: "space", data: rows.map(() => space) },
    { name: "preprocess_id", data: rows.map(() => preprocess_id) },
    { name: "vector", data: rows.map(({ vector }) => [...vector]) },
  ];
}
