// deno-lint-ignore-file no-console
/** `deno task model`: writes what Triton and the embedded engine serve. */
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { preprocessorSettings } from "../../preprocess/preprocessor_settings.ts";
import { chooseJpegDecoder } from "../../preprocess/decode/jpeg/jpeg_decoders.ts";
import type { ModelManifest } from "../contract/manifest.ts";
import { findModel, ModelNotFoundError, modelsOf, someModelsOf } from "../repository/find_model.ts";
import type { ModelFolder } from "../repository/model_folder.ts";
import { writeFileAtomically } from "../weights/atomic_file.ts";
import { DEFAULT_HUB, OTHER_WAYS } from "../weights/hub.ts";
import { Progress } from "../weights/progress.ts";
import { Safetensors } from "../weights/safetensors.ts";
import { checkWeights, fetchWeights, type LocalWeights } from "../weights/weights.ts";
import { type Command, HELP, parseCommand } from "./command.ts";
import { configPbtxt } from "./config_pbtxt.ts";
import { ExportedModel, weightlessGolden } from "./export_run.ts";
import type { GoldenInput } from "./golden_embedding.ts";
import { beginModel, referenceManifest } from "./own_manifests.ts";
import { findStaleFiles } from "./stale_files.ts";

const GOLDEN_PHOTO = "models/contract/golden_photo.jpg";

/** Checkpoints that were downloaded; every variant of a model uses the same. */
const WEIGHTS_CACHE = ".cache/weights";

/** Requests in a row that bring nothing new: about a minute of them. */
const FAILURES_MAX = 6;
const STALL_MS_MAX = 60_000;

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (command instanceof TypeError) {
    console.error(`${command.message}\nTry --help`);
    return EXIT_USAGE;
  }
  try {
    if (command.help) {
      console.log(`${HELP}\n\n${await describeRepository(command.repository)}`);
      return 0;
    }
    const models = command.models ?? await someModelsOf(command.repository);
    return await workAll(command, await findAll(command, models));
  } catch (error) {
    if (!(error instanceof ModelNotFoundError)) throw error;
    console.error(error.message);
    return EXIT_USAGE;
  }
}

/** All of them before any work begins. */
async function findAll(
  { check, repository }: Command,
  names: readonly string[],
): Promise<ModelFolder[]> {
  return await Promise.all(names.map(async (name) => {
    if (check) return await findModel(repository, name);
    const { folder, isNew } = await beginModel(repository, name);
    if (isNew) console.log(`${folder.pathOf("manifest.json")}, a copy of this project's`);
    return folder;
  }));
}

/** A line of the help. */
async function describeRepository(repository: string): Promise<string> {
  try {
    return `Models in ${repository}: ${(await modelsOf(repository)).join(", ")}`;
  } catch (error) {
    if (error instanceof ModelNotFoundError) return error.message;
    throw error;
  }
}

async function workAll(command: Command, folders: readonly ModelFolder[]): Promise<number> {
  let exitCode = 0;
  for (const folder of folders) {
    exitCode = Math.max(exitCode, await work(command, folder));
  }
  return exitCode;
}

async function work(command: Command, folder: ModelFolder): Promise<number> {
  try {
    if (command.check) return await check(command, folder);
    if (command.configOnly) return await writeConfig(command, folder);
    return await exportModel(command, folder);
  } catch (error) {
    // A TypeError is a mistake in the program, which needs its stack.
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    console.error(error.message);
    return 1;
  }
}

async function writeConfig(command: Command, folder: ModelFolder): Promise<number> {
  const path = folder.pathOf("config.pbtxt");
  const config = configPbtxt(await readCommandManifest(command, folder));
  await writeFileAtomically(path, new TextEncoder().encode(config));
  console.log(path);
  return 0;
}

async function exportModel(command: Command, folder: ModelFolder): Promise<number> {
  const { name } = folder;
  const manifest = await readCommandManifest(command, folder);
  const weights = await findWeights(command, manifest);
  const start = performance.now();
  using tensors = weights === undefined ? undefined : await Safetensors.open(weights.path);
  const checkpoint = weights && tensors && { weights: tensors, sha256: weights.sha256 };
  await using model = await ExportedModel.make({
    ...await whatToMake(command, manifest),
    folder,
    checkpoint,
  });
  for (const path of await model.place()) console.log(path);
  console.log(`${name}: ${model.byteLength} bytes, sha256 ${model.golden.modelSha256}`);
  if (weights !== undefined) console.log(`${name}: weights sha256 ${weights.sha256}`);
  if (model.comparison !== undefined) {
    const { cosine, maxDifference } = model.comparison;
    console.log(
      `${name}: golden embedding against ${manifest.reference?.model}: cosine ${
        cosine.toFixed(7)
      }, ` +
        `largest difference ${maxDifference.toExponential(1)} after normalisation`,
    );
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}: exported and run on ${GOLDEN_PHOTO} in ${seconds} s`);
  return 0;
}

/** The manifest with what the command line changes. */
async function readCommandManifest(
  { batching }: Command,
  folder: ModelFolder,
): Promise<ModelManifest> {
  const manifest = await folder.manifest();
  if (batching === undefined || manifest.serving.batching === "none") return manifest;
  return { ...manifest, serving: { ...manifest.serving, batching } };
}

async function whatToMake({ repository }: Command, manifest: ModelManifest) {
  const { reference } = manifest;
  return {
    manifest,
    reference: reference && await referenceManifest(repository, reference.model),
    golden: await goldenInput(manifest),
  };
}

async function check(command: Command, folder: ModelFolder): Promise<number> {
  const manifest = await readCommandManifest(command, folder);
  const config = configPbtxt(manifest);
  let golden;
  if (manifest.weights === undefined) {
    golden = await weightlessGolden(await whatToMake(command, manifest));
  }
  const stale = await findStaleFiles(folder, { config, golden });
  for (const file of stale) {
    console.log(`${folder.pathOf(file)} is out of date: run deno task model ${folder.name}`);
  }
  console.log(`${folder.name}: ${stale.length} files out of date`);
  return stale.length === 0 ? 0 : 1;
}

async function findWeights(
  command: Command,
  { weights }: ModelManifest,
): Promise<LocalWeights | undefined> {
  if (weights === undefined) return undefined;
  if (command.weights !== undefined) return await checkWeights(weights, command.weights);
  const encoder = new TextEncoder();
  const endpoint = Deno.env.get("HF_ENDPOINT") || DEFAULT_HUB;
  const progress = new Progress({
    label: weights.file,
    write: (text) => Deno.stderr.writeSync(encoder.encode(text)),
    isTerminal: Deno.stderr.isTerminal(),
    now: () => performance.now(),
  });
  return await fetchWeights(weights, {
    cache: WEIGHTS_CACHE,
    endpoint,
    failuresMax: FAILURES_MAX,
    stallMsMax: STALL_MS_MAX,
    onProgress: (bytes, total) => progress.update(bytes, total),
    backoff: (failures, reason) => {
      const seconds = 2 ** failures;
      progress.note(`${weights.file} from ${endpoint}: ${reason}; next try in ${seconds} s`);
      if (failures === 2) progress.note(`In place of waiting, ${OTHER_WAYS}`);
      return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    },
  });
}

/** The golden photo as the gateway preprocesses it, so that every start can compare. */
async function goldenInput(manifest: ModelManifest): Promise<GoldenInput> {
  if (manifest.modality !== "image") throw new Error("Cannot export text models yet");
  const photo = await Deno.readFile(new URL(`../../${GOLDEN_PHOTO}`, import.meta.url));
  const { preprocess } = manifest;
  using preprocessor = new Preprocessor(
    preprocessorSettings({ preprocess, turboJpegPath: chooseJpegDecoder("auto").path }),
  );
  const { crop } = await preprocessor.preprocess(photo, OPEN_CLIP);
  return { sample: { photo: GOLDEN_PHOTO }, crop, input: preprocessor.normalize(crop) };
}
