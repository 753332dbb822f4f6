/** One export: the ONNX file written beside its place, run, compared with the model it is a variant of, then moved. */
import { createHash } from "node:crypto";
import { formatGolden, type Golden } from "../contract/golden.ts";
import type { ModelManifest } from "../contract/manifest.ts";
import { compareEmbeddings, type Comparison } from "../contract/vectors.ts";
import { buildModel, type Checkpoint, modelFiles } from "../graph/build_model.ts";
import type { ModelFolder } from "../repository/model_folder.ts";
import { writeFileAtomically } from "../weights/atomic_file.ts";
import { configPbtxt } from "./config_pbtxt.ts";
import { goldenEmbedding, type GoldenInput } from "./golden_embedding.ts";
import { type Logits, readLogits } from "./logits.ts";
import { StagedModel } from "./staged_model.ts";

/** What to export. */
export interface ExportRequest {
  /** The model's folder, which need not be there. */
  readonly folder: ModelFolder;
  readonly manifest: ModelManifest;
  /** Manifest of the model that `manifest.reference` names. */
  readonly reference: ModelManifest | undefined;
  readonly checkpoint: Checkpoint | undefined;
  readonly golden: GoldenInput;
}

/** A model that was exported and run; it stands beside its place until `place()`, and vanishes when disposed of. */
export class ExportedModel implements AsyncDisposable {
  readonly golden: Golden;
  /** Text of `config.pbtxt`. */
  readonly config: string;
  /** How far this model's golden embedding is from its reference's. */
  readonly comparison: Comparison | undefined;
  readonly #folder: ModelFolder;
  readonly #model: StagedModel;

  private constructor(
    { folder, manifest, golden }: ExportRequest,
    model: StagedModel,
    { embedding, comparison, logits }: SelfCheck,
  ) {
    this.#folder = folder;
    this.#model = model;
    this.config = configPbtxt(manifest);
    this.comparison = comparison;
    this.golden = { ...goldenRecord(golden, model.sha256, embedding), ...logits };
  }

  /**
   * Writes the ONNX file and checks it.
   *
   * @throws {RangeError} when manifest and checkpoint contradict each other.
   * @throws {Error} when the model does not run, or is too far from its reference.
   */
  static async make(request: ExportRequest): Promise<ExportedModel> {
    const { path } = request.folder;
    let model: StagedModel | undefined;
    try {
      await Deno.mkdir(path, { recursive: true });
      model = await stage(request, request.manifest);
      return new ExportedModel(request, model, await selfCheck(request, model.path));
    } catch (error) {
      await model?.[Symbol.asyncDispose]();
      await removeIfEmpty(path);
      throw error;
    }
  }

  /** Bytes of the ONNX file, and of its data. */
  get byteLength(): number {
    return this.#model.byteLength;
  }

  /** Puts the files into the model's folder, each one whole or not at all; returns their paths. */
  async place(): Promise<string[]> {
    const models = await this.#model.moveTo(this.#folder.versionPath);
    const [config, golden] = (["config.pbtxt", "golden.json"] as const)
      .map((file) => this.#folder.pathOf(file)) as [string, string];
    await writeFileAtomically(config, new TextEncoder().encode(this.config));
    await writeFileAtomically(golden, new TextEncoder().encode(formatGolden(this.golden)));
    return [...models, config, golden];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#model[Symbol.asyncDispose]();
    await removeIfEmpty(this.#folder.path);
  }
}

/** A folder that was made for a model that is none. */
async function removeIfEmpty(folder: string): Promise<void> {
  await Deno.remove(folder).catch(() => {});
}

/**
 * What an export of a model without weights would write into `golden.json`; nothing is written.
 *
 * @throws {Error} as `ExportedModel.make()`.
 */
export async function weightlessGolden(
  request: Omit<ExportRequest, "folder" | "checkpoint">,
): Promise<Golden> {
  const { manifest, reference, golden } = request;
  const model = buildModel(manifest);
  const embedding = await goldenEmbedding(model, manifest, golden);
  if (reference !== undefined) {
    const other = await goldenEmbedding(buildModel(reference), reference, golden);
    assertNear(manifest, compareEmbeddings(embedding, other));
  }
  return goldenRecord(golden, createHash("sha256").update(model).digest("hex"), embedding);
}

function goldenRecord(
  golden: GoldenInput,
  modelSha256: string,
  embedding: Float32Array,
): Golden {
  const input = "ids" in golden ? golden.ids : golden.input;
  const inputSha256 = createHash("sha256").update(bytesOf(input)).digest("hex");
  return { sample: golden.sample, inputSha256, modelSha256, embedding };
}

interface SelfCheck {
  readonly embedding: Float32Array;
  readonly comparison: Comparison | undefined;
  readonly logits: Logits;
}

async function selfCheck(request: ExportRequest, path: string): Promise<SelfCheck> {
  const { manifest, reference, golden, checkpoint } = request;
  const embedding = await goldenEmbedding(path, manifest, golden);
  const logits = checkpoint === undefined ? {} : await readLogits(checkpoint.weights);
  if (manifest.reference === undefined || reference === undefined) {
    return { embedding, comparison: undefined, logits };
  }
  // Made anew, since the one in the repository may be of other weights, or not there.
  await using model = await stage(request, reference);
  const comparison = compareEmbeddings(
    embedding,
    await goldenEmbedding(model.path, reference, golden),
  );
  assertNear(manifest, comparison);
  return { embedding, comparison, logits };
}

function assertNear({ name, reference }: ModelManifest, { cosine }: Comparison): void {
  if (reference === undefined || cosine >= reference.cosine_min) return;
  throw new Error(
    `Cannot export ${name}: its cosine to ${reference.model} must be ≥ ${reference.cosine_min}: current value is ` +
      cosine.toFixed(6),
  );
}

async function stage(
  { folder, checkpoint }: ExportRequest,
  manifest: ModelManifest,
): Promise<StagedModel> {
  return await StagedModel.write(folder.path, modelFiles(manifest, checkpoint));
}

function bytesOf(elements: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}
