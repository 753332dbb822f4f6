/** A file of Apache Parquet that is written a row group at a time. */
import { ByteWriter, type ColumnSource, ParquetWriter } from "hyparquet-writer";
import { BufferedFile } from "./buffered_file.ts";

/** Its columns in depth-first order, as the format has it. */
export type ParquetSchema = ConstructorParameters<typeof ParquetWriter>[0]["schema"];

/** Of a column that always has a value. */
export const required = { repetition_type: "REQUIRED" } as const;
/** Of one that may have none. */
export const optional = { repetition_type: "OPTIONAL" } as const;
/** Of a column of UTF-8. */
export const text = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

/** A column of vectors: lists of float32, as all readers know them. */
export function vectorColumn(
  name: string,
  repetition: typeof required | typeof optional,
): ParquetSchema {
  return [
    { name, converted_type: "LIST", num_children: 1, ...repetition },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "FLOAT", ...required },
  ];
}

/** Written by whoever has it; disposing closes it, whole or not. */
export class ParquetFile implements Disposable {
  readonly #file: BufferedFile;
  readonly #parquet: ParquetWriter;

  /** An older file of that name is replaced. */
  constructor(path: string, schema: ParquetSchema) {
    this.#file = new BufferedFile(path);
    this.#parquet = new ParquetWriter({ writer: new GroupWriter(this.#file), schema });
  }

  /** Writes columns of equal length as one row group, which is made in memory. */
  async write(columnData: ColumnSource[]): Promise<void> {
    const rows = columnData[0]?.data.length ?? 0;
    // A page a column: where groups are small, pages that end at a size are reckoned in vain, for two fifths of the time.
    if (rows > 0) await this.#parquet.write({ columnData, rowGroupSize: rows, pageSize: 0 });
  }

  /** Writes the end, with what the file says of itself by keys, and waits for the disk. */
  async finish(about: Readonly<Record<string, string>>): Promise<void> {
    this.#parquet.kvMetadata = Object.entries(about).map(([key, value]) => ({ key, value }));
    await this.#parquet.finish();
    this.#file.finish();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/** Hands a row group to the file when it is whole. */
class GroupWriter extends ByteWriter {
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
