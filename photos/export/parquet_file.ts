/** Apache Parquet: a column a field, vectors as lists of floats. */
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import { BufferedFile } from "./buffered_file.ts";
import type { ExportedPhotos, ExportRow } from "./export_rows.ts";

/** Rows of a row group, which is made in memory. */
const GROUP_ROWS = 2048;

const optional = { repetition_type: "OPTIONAL" } as const;
const required = { repetition_type: "REQUIRED" } as const;
const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

/** In depth-first order, as the format has it. */
const SCHEMA: ConstructorParameters<typeof ParquetWriter>[0]["schema"] = [
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
  { name: "vector", converted_type: "LIST", num_children: 1, ...required },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "FLOAT", ...required },
];

/** As `WriteExport` says. */
export async function writeParquet(path: string, photos: ExportedPhotos): Promise<number> {
  using file = new BufferedFile(path);
  const writer = new FileWriter(file);
  const { space, preprocessId, dim } = photos.embedder;
  const about = { space, preprocess_id: preprocessId, dim: String(dim) };
  const parquet = new ParquetWriter({
    writer,
    schema: SCHEMA,
    kvMetadata: Object.entries(about).map(([key, value]) => ({ key, value })),
  });
  let count = 0;
  let group: ExportRow[] = [];
  const flush = async () => {
    if (group.length > 0) {
      await parquet.write({ columnData: columnsOf(group, about), rowGroupSize: GROUP_ROWS });
    }
    count += group.length;
    group = [];
  };
  for (const row of photos.rows) {
    group.push(row);
    if (group.length === GROUP_ROWS) await flush();
  }
  await flush();
  await parquet.finish();
  file.finish();
  return count;
}

function columnsOf(
  rows: readonly ExportRow[],
  { space, preprocess_id }: { readonly space: string; readonly preprocess_id: string },
): ColumnSource[] {
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

/** Hands a row group to the file when it is whole. */
class FileWriter extends ByteWriter {
  readonly #file: BufferedFile;

  constructor(file: BufferedFile) {
    super();
    this.#file = file;
  }

  /** Called after every row group. */
  flush(): void {
    this.#file.write(new Uint8Array(this.buffer, 0, this.index));
    this.index = 0;
  }

  override finish(): void {
    this.flush();
  }
}
