/** Exports one version of a model: finds what it is made from, makes it, runs it, and puts it in its place. */
import type { ModelManifest, TextManifest } from "../contract/manifest.ts";
import type { ModelFolder } from "../repository/model_folder.ts";
import { writeFileAtomically } from "../weights/atomic_file.ts";
import { checkVocabulary, fetchVocabulary } from "../weights/vocabulary.ts";
import { checkWeights, fetchWeights, type LocalWeights } from "../weights/weights.ts";
import { Safetensors } from "../weights/safetensors.ts";
import type { Command } from "./command.ts";
import { ExportedModel, type ExportRequest } from "./export_run.ts";
import { goldenInput } from "./golden_input.ts";
import { referenceManifest } from "./own_manifests.ts";
import { fetchOptions, type Workplace } from "./workplace.ts";

/** Which model, of what. */
export interface ExportJob {
  /** The model's folder, which need not be there. */
  readonly folder: ModelFolder;
  readonly manifest: ModelManifest;
  /** Where the manifest is to be written before the model takes its place, if it is a new one. */
  readonly manifestPath?: string | undefined;
  readonly command: GivenFiles & Pick<Command, "batching">;
}

/**
 * Exports a model.
 *
 * @throws {Error} when something it is made from is not to be had or is another one, or it does not run; nothing is changed
 * then.
 */
export async function exportModel(job: ExportJob, workplace: Workplace): Promise<void> {
  const { folder: { name }, command } = job;
  const manifest = withBatching(job.manifest, command);
  const weights = await findWeights(manifest, command, workplace);
  const vocabulary = manifest.modality === "text"
    ? await findVocabulary(manifest, command, workplace)
    : undefined;
  const start = performance.now();
  using tensors = weights === undefined ? undefined : await Safetensors.open(weights.path);
  const checkpoint = weights && tensors && { weights: tensors, sha256: weights.sha256 };
  await using model = await ExportedModel.make({
    ...await whatToMake(manifest, { repository: workplace.repository, vocabulary }),
    folder: job.folder,
    checkpoint,
  });
  for (const path of await place(job, { model, vocabulary })) workplace.say(path);
  workplace.say(`${name}: ${model.byteLength} bytes, sha256 ${model.golden.modelSha256}`);
  if (weights !== undefined) workplace.say(`${name}: weights sha256 ${weights.sha256}`);
  if (model.comparison !== undefined) {
    const { cosine, maxDifference } = model.comparison;
    workplace.say(
      `${name}: golden embedding against ${manifest.reference?.model}: cosine ${
        cosine.toFixed(7)
      }, ` +
        `largest difference ${maxDifference.toExponential(1)} after normalisation`,
    );
  }
  const { sample } = model.golden;
  const sampleName = "photo" in sample ? sample.photo : JSON.stringify(sample.text);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  workplace.say(`${name}: exported and run on ${sampleName} in ${seconds} s`);
}

/** The manifest with what the command line changes. */
export function withBatching(
  manifest: ModelManifest,
  { batching }: Pick<Command, "batching">,
): ModelManifest {
  if (batching === undefined || manifest.serving.batching === "none") return manifest;
  return { ...manifest, serving: { ...manifest.serving, batching } };
}

/** What an export of a manifest needs, but for the checkpoint and the place. */
export async function whatToMake(
  manifest: ModelManifest,
  { repository, vocabulary }: {
    readonly repository: string;
    readonly vocabulary: string | undefined;
  },
): Promise<Omit<ExportRequest, "folder" | "checkpoint">> {
  const { reference } = manifest;
  return {
    manifest,
    reference: reference && await referenceManifest(repository, reference.model),
    golden: await goldenInput(manifest, vocabulary),
  };
}

/** What of the command line takes the place of downloads. */
type GivenFiles = Pick<Command, "weights" | "vocabulary">;

/** The checkpoint of a model; nothing for one without weights. */
async function findWeights(
  { weights }: Pick<ModelManifest, "weights">,
  given: GivenFiles,
  workplace: Workplace,
): Promise<LocalWeights | undefined> {
  if (weights === undefined) return undefined;
  if (given.weights !== undefined) return await checkWeights(weights, given.weights);
  return await fetchWeights(weights, fetchOptions(workplace, weights.file));
}

/** Path of a text model's vocabulary. */
async function findVocabulary(
  manifest: TextManifest,
  given: GivenFiles,
  workplace: Workplace,
): Promise<string> {
  if (given.vocabulary !== undefined) return await checkVocabulary(manifest, given.vocabulary);
  return await fetchVocabulary(
    manifest,
    fetchOptions(workplace, manifest.tokenizer.vocabulary.file),
  );
}

/** The model last: whoever finds it finds the rest. */
async function place(
  { folder, manifest, manifestPath }: ExportJob,
  { model, vocabulary }: { readonly model: ExportedModel; readonly vocabulary: string | undefined },
): Promise<string[]> {
  const paths: string[] = [];
  if (manifestPath !== undefined) {
    await Deno.mkdir(manifestPath.slice(0, manifestPath.lastIndexOf("/")), { recursive: true });
    await writeFileAtomically(manifestPath, encode(`${JSON.stringify(manifest, null, 2)}\n`));
    paths.push(manifestPath);
  }
  if (vocabulary !== undefined) {
    const path = folder.pathOf("vocabulary.txt");
    await writeFileAtomically(path, await Deno.readFile(vocabulary));
    paths.push(path);
  }
  return [...paths, ...await model.place()];
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
