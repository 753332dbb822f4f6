/** `--list`: what a repository has, a row a version, and what is still to be made. */
import { embeddingSpace } from "../contract/embedding_space.ts";
import { elementCount, type Modality, type ModelManifest } from "../contract/manifest.ts";
import { listVersions, ModelFolder } from "../repository/model_folder.ts";
import { cachedPath } from "../weights/weights.ts";
import type { Workplace } from "./workplace.ts";

/** One version of a model, or a model of which none is made. */
export interface ModelRow {
  readonly model: string;
  readonly version: string | undefined;
  readonly modality: Modality;
  /** What it takes: a square of so many pixels a side, or so many tokens. */
  readonly input: string;
  /** Elements of an embedding. */
  readonly dim: number;
  readonly space: string;
  /** Bytes of the ONNX file and its data; nothing where it is not made. */
  readonly onnxBytes: number | undefined;
  readonly checkpoint: "none" | "local" | "remote";
  /** Bytes of the checkpoint; nothing where it is not on this machine. */
  readonly checkpointBytes: number | undefined;
}

/**
 * Describes models.
 *
 * @throws {SyntaxError} when a manifest is malformed.
 */
export async function describeModels(
  names: readonly string[],
  { repository, cache }: Pick<Workplace, "repository" | "cache">,
): Promise<ModelRow[]> {
  const rows: ModelRow[] = [];
  for (const name of names) {
    const versions = await listVersions(new ModelFolder(repository, name));
    for (const version of versions.length > 0 ? versions : [undefined]) {
      const folder = new ModelFolder(repository, name, version);
      rows.push({
        ...await describeManifest(await folder.manifest(), cache),
        version,
        onnxBytes: version === undefined ? undefined : await folder.byteLength(),
      });
    }
  }
  return rows;
}

async function describeManifest(manifest: ModelManifest, cache: string) {
  const { name, modality, weights, output } = manifest;
  const checkpointBytes = weights && await bytesOf(cachedPath(cache, weights));
  return {
    model: name,
    modality,
    input: manifest.modality === "image"
      ? `${manifest.preprocess.size} px`
      : `${manifest.architecture.context_length} tokens`,
    dim: elementCount(output),
    space: embeddingSpace(manifest),
    checkpoint: weights === undefined ? "none" : checkpointBytes === undefined ? "remote" : "local",
    checkpointBytes,
  } as const;
}

async function bytesOf(path: string): Promise<number | undefined> {
  return await Deno.stat(path).then(({ size }) => size, () => undefined);
}

/** A table, a line a row. */
export function formatModels(rows: readonly ModelRow[]): string {
  const cells = [
    ["Model", "Version", "Takes", "Dim", "Embedding space", "ONNX file", "Checkpoint"],
    ...rows.map((row) => [
      row.model,
      row.version ?? "",
      `${row.modality}, ${row.input}`,
      String(row.dim),
      row.space,
      describeOnnx(row),
      row.checkpoint === "none"
        ? ""
        : row.checkpointBytes === undefined
        ? "to download"
        : readable(row.checkpointBytes),
    ]),
  ];
  const widths = cells[0]?.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0))
  );
  return cells.map((row) =>
    row.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** The gateway itself builds a model without weights where it is not made. */
function describeOnnx({ onnxBytes, checkpoint }: ModelRow): string {
  if (onnxBytes !== undefined) return readable(onnxBytes);
  return checkpoint === "none" ? "when served" : "to make";
}

function readable(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
}
