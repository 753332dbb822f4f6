/** Markdown tables, those of model_repository/README.md among them, and their places in documents. */
import type { ModelManifest, TensorSpec } from "../models/contract/manifest.ts";

/** A model, and the digest of its ONNX file where that is committed. */
export interface ModelEntry {
  readonly manifest: ModelManifest;
  readonly modelSha256: string | undefined;
}

/** Replaces what stands between the markers of a name. */
export function replaceSection(document: string, name: string, content: string): string {
  const begin = `<!-- BEGIN generated: ${name} -->`;
  const end = `<!-- END generated: ${name} -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`Cannot find the markers of section ${name}`);
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}

/** Who normalises pixels; ids of texts are not. */
const NORMALISED = { FP32: "by the gateway", UINT8: "in the graph", INT32: "–" } as const;

/** One row a model: its tensors, who normalises, how many items a batch, what is run before it is ready. */
export function modelTable(models: readonly ModelEntry[]): string {
  return table(
    ["Model", "Input", "Normalised", "Output", "Batch", "Warm-up", "Accelerator", "Licence"],
    models.map(({ manifest: { name, input, output, max_batch_size, serving, license } }) => [
      code(name),
      tensorText(input),
      NORMALISED[input.datatype],
      tensorText(output),
      max_batch_size === 1 ? "1" : `1–${max_batch_size}, ${serving.batching}`,
      serving.warmup_batch_sizes === "every" ? "each size" : serving.warmup_batch_sizes.join(", "),
      serving.accelerator,
      license,
    ]),
  );
}

/** One row a file whose digest is committed: ONNX files without weights, and checkpoints, each once. */
export function digestTable(models: readonly ModelEntry[]): string {
  const digests = new Map<string, string>();
  for (const { manifest: { name, weights }, modelSha256 } of models) {
    if (modelSha256 !== undefined) digests.set(`${code(name)}, ONNX file`, modelSha256);
    if (weights?.sha256 === undefined) continue;
    digests.set(`${code(weights.file)} of ${weights.repo}`, weights.sha256);
  }
  return table(["File", "SHA-256"], [...digests].map(([file, sha256]) => [file, code(sha256)]));
}

/** Name, datatype and shape with the batch. */
function tensorText({ name, datatype, shape }: TensorSpec): string {
  return `${code(name)} ${datatype} [N, ${shape.join(", ")}]`;
}

/** A Markdown table with padded columns, as `deno fmt` lays it out. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => [...(row[column] ?? "")].length))
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => padded(cell, widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [headRow = [], ...body] = cells;
  return [line(headRow), rule, ...body.map(line)].join("\n");
}

function padded(text: string, width: number): string {
  return text + " ".repeat(width - [...text].length);
}

/** A text as code. */
export function code(text: string): string {
  return `\`${text}\``;
}
