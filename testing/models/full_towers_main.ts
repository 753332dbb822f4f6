// deno-lint-ignore-file no-console
/** `deno task model:proof`: the exporter's proof in full size. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import type { ImageManifest, ModelManifest, TextManifest } from "../../models/contract/manifest.ts";
import { compareEmbeddings, type Comparison } from "../../models/contract/vectors.ts";
import { ExportedModel } from "../../models/export/export_run.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { Safetensors } from "../../models/weights/safetensors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { runProgram, UsageError } from "../../command/program.ts";
import { patternInput } from "../pattern_input.ts";
import { preprocessorSettings } from "../preprocessor_settings.ts";
import { FULL_MODELS, type FullGolden, fullManifests, readFullGolden } from "./full_goldens.ts";
import { goldenText } from "./golden_text.ts";
import { readModelManifest } from "./repository_manifests.ts";
import { writeSafetensors } from "./safetensors_file.ts";
import { makeSeededRepository, SEEDED_FOLDER, SEEDED_REPOSITORY } from "./seeded_repository.ts";
import { seededTensor, textShapes, visualShapes } from "./seeded_weights.ts";

const HELP = `Usage: deno task model:proof [options] [MODEL…]

Exports open_clip's models with seeded weights and compares each tower, on real photos and on sentences, with what
open_clip made of the same weights. Of ViT-B-32, which is what is compared unless others are named, variants as well: for
bytes, in FP16, in 8 bits. Exits 1 when FP32 or bytes are off by more than 1e-5 after normalisation, or a cosine in FP16
is below 0.999.

  MODEL        ${FULL_MODELS.join(", ")}
  --no-export  with the models of the last time`;

const DIFFERENCE_MAX = 1e-5;
const HALF_COSINE_MIN = 0.999;
const BASE = "ViT-B-32";
const VARIANTS = [
  ...["openclip_vit_b32", "openclip_vit_b32_u8", "openclip_vit_b32_trt", "openclip_vit_b32_int8"],
  ...["openclip_vit_b32_text", "openclip_vit_b32_text_int8"],
];
const PHOTOS = new URL("../photos/", import.meta.url);

/** A tower that was exported. */
interface Tower {
  readonly label: string;
  readonly manifest: ModelManifest;
  /** Of its ONNX file. */
  readonly path: string;
}

async function prove(names: readonly string[], exports: boolean): Promise<void> {
  let isNear = true;
  for (const name of names) {
    const golden = readFullGolden(name);
    const towers = name === BASE ? await variants(exports) : await bothTowers(name, exports);
    for (const tower of towers) isNear = await proveTower(tower, golden) && isNear;
  }
  Deno.exitCode = isNear ? 0 : 1;
}

async function variants(exports: boolean): Promise<Tower[]> {
  if (exports) await makeSeededRepository(VARIANTS);
  return VARIANTS.map((label) => ({
    label,
    manifest: readModelManifest(label),
    path: `${SEEDED_REPOSITORY}/${label}/1/model.onnx`,
  }));
}

async function bothTowers(name: string, exports: boolean): Promise<Tower[]> {
  const golden = readFullGolden(name);
  const folder = `${SEEDED_FOLDER}${name}`;
  const towers = fullManifests(golden).map((manifest) => ({
    label: `${name}, ${manifest.modality}`,
    manifest,
    path: `${folder}/${manifest.modality}/1/model.onnx`,
  }));
  if (exports) await exportTowers(golden, folder);
  return towers;
}

async function exportTowers(golden: FullGolden, folder: string): Promise<void> {
  const [image, text] = fullManifests(golden);
  const checkpoint = `${folder}/weights.safetensors`;
  await Deno.mkdir(folder, { recursive: true });
  await writeSafetensors(
    checkpoint,
    [...textShapes(text), ...visualShapes(image)].map((shape) => seededTensor(shape, golden.seed)),
  );
  using weights = await Safetensors.open(checkpoint);
  for (const manifest of [image, text]) {
    await using model = await ExportedModel.make({
      folder: new ModelFolder(folder, manifest.modality),
      manifest,
      reference: undefined,
      checkpoint: { weights, sha256: "" },
      golden: manifest.modality === "text" ? goldenText(manifest) : patternInput(manifest),
    });
    await model.place();
  }
  await Deno.remove(checkpoint);
}

async function proveTower(tower: Tower, golden: FullGolden): Promise<boolean> {
  const { label, manifest, path } = tower;
  const session = await InferenceSession.create(path, { logSeverityLevel: 3 });
  const figures = manifest.modality === "text"
    ? await compareTexts(session, manifest, golden)
    : await comparePhotos(session, manifest, golden);
  await session.release();
  const worst = Math.max(...figures.map(({ maxDifference }) => maxDifference));
  const cosine = Math.min(...figures.map(({ cosine }) => cosine));
  console.log(
    `${label}: ${figures.length} ${manifest.modality}s, largest difference to open_clip ${
      worst.toExponential(1)
    }, 1 - least cosine ${(1 - cosine).toExponential(1)}`,
  );
  switch (manifest.architecture.type === "dct" ? "none" : manifest.architecture.quantization) {
    case "none":
      return worst <= DIFFERENCE_MAX;
    case "float16":
      return cosine >= HALF_COSINE_MIN;
    case "int8_dynamic":
      return true;
  }
}

async function compareTexts(
  session: InferenceSession,
  { input }: TextManifest,
  { texts }: FullGolden,
): Promise<Comparison[]> {
  const figures = [];
  for (const { ids, embedding } of texts) {
    const padded = new Int32Array(input.shape[0] as number);
    padded.set(ids);
    const { embedding: actual } = await session.run({
      text: new Tensor("int32", padded, [1, ...input.shape]),
    });
    figures.push(compareEmbeddings(actual?.data as Float32Array, embedding));
  }
  return figures;
}

async function comparePhotos(
  session: InferenceSession,
  { input, preprocess }: ImageManifest,
  { photos }: FullGolden,
): Promise<Comparison[]> {
  using preprocessor = new Preprocessor(preprocessorSettings({ preprocess }));
  const figures = [];
  for (const [name, golden] of Object.entries(photos)) {
    const { crop } = await preprocessor.preprocess(
      await Deno.readFile(new URL(name, PHOTOS)),
      OPEN_CLIP,
    );
    const pixels = preprocessor.normalize(crop);
    await assertDigest(pixels, golden.input_f32_sha256);
    const image = input.datatype === "UINT8"
      ? new Tensor("uint8", crop, [1, ...input.shape])
      : new Tensor("float32", pixels, [1, ...input.shape]);
    const { embedding } = await session.run({ image });
    figures.push(compareEmbeddings(embedding?.data as Float32Array, golden.embedding));
  }
  return figures;
}

async function assertDigest(input: Float32Array<ArrayBuffer>, expected: string): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", input)).toHex();
  if (digest !== expected) throw new Error("Preprocessing differs from open_clip's");
}

function checked(names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !FULL_MODELS.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`Cannot prove ${unknown}: there are ${FULL_MODELS}`);
  }
  return names.length === 0 ? [BASE] : names;
}

if (import.meta.main) {
  const options = { "no-export": { type: "boolean", default: false } } as const;
  await runProgram(
    { help: HELP, options, allowPositionals: true },
    ({ values, positionals }) => prove(checked(positionals), !values["no-export"]),
  );
}
