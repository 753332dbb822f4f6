/** A repository with an image and a text model of one embedding space, and the image model that needs no weights. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { formatGolden, type Golden } from "../../models/contract/golden.ts";
import { elementCount, type ModelManifest } from "../../models/contract/manifest.ts";
import { configPbtxt } from "../../models/export/config_pbtxt.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { Tokenizer } from "../../tokenize/tokenizer.ts";
import { parseVocabulary } from "../../tokenize/vocabulary.ts";
import { DCT_MODEL } from "../dct_model.ts";
import { sha256 } from "../digest.ts";
import { readRepositoryManifest } from "../models/repository_manifests.ts";
import { standInModel } from "../models/stand_in_model.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { preprocessorSettings } from "../preprocessor_settings.ts";
import { VOCABULARY, wordManifest } from "./word_manifest.ts";

/** Names of its models, in the order of a configuration that has all of them. */
export const TOWERS = { dct: "dct_512", image: "towers_image", text: "towers_text" } as const;
/** What both towers' records say of cosines. */
export const LOGIT_SCALE = 20;

const GOLDEN_PHOTO = new URL("../../models/contract/golden_photo.jpg", import.meta.url);
const GOLDEN_TEXT = "a photo of a cat";

/** A repository until it is disposed of. */
export interface TowerRepository extends AsyncDisposable {
  readonly path: string;
}

/** The tokenizer of the text model. */
function wordTokenizer(): Tokenizer {
  const [contextLength = 0] = wordManifest(TOWERS.text).input.shape;
  return new Tokenizer(parseVocabulary(VOCABULARY), { contextLength });
}

/** Makes one. */
export async function towerRepository(): Promise<TowerRepository> {
  const folder = await temporaryFolder();
  await copyDct(folder.path);
  await writeImages(`${folder.path}/${TOWERS.image}`);
  await writeWords(`${folder.path}/${TOWERS.text}`);
  return folder;
}

async function copyDct(path: string): Promise<void> {
  await Deno.mkdir(`${path}/${TOWERS.dct}`);
  for (const file of ["manifest.json", "golden.json"] as const) {
    await Deno.copyFile(DCT_MODEL.pathOf(file), `${path}/${TOWERS.dct}/${file}`);
  }
}

async function writeImages(path: string): Promise<void> {
  const manifest = { ...readRepositoryManifest("openclip_vit_b32"), name: TOWERS.image };
  using preprocessor = new Preprocessor(preprocessorSettings());
  const { crop } = await preprocessor.preprocess(await Deno.readFile(GOLDEN_PHOTO), OPEN_CLIP);
  const input = preprocessor.normalize(crop);
  const tensor = new Tensor("float32", input, [1, ...manifest.input.shape]);
  await writeModel(path, { manifest, model: await standInModel(manifest), tensor }, {
    sample: { photo: "models/contract/golden_photo.jpg" },
    inputSha256: sha256(input),
  });
}

async function writeWords(path: string): Promise<void> {
  const manifest = wordManifest(TOWERS.text);
  const { ids } = wordTokenizer().encode(GOLDEN_TEXT);
  const tensor = new Tensor("int32", ids, [1, ids.length]);
  await writeModel(path, { manifest, model: await standInModel(manifest), tensor }, {
    sample: { text: GOLDEN_TEXT },
    inputSha256: sha256(ids),
  });
  await Deno.writeTextFile(`${path}/vocabulary.txt`, VOCABULARY);
}

async function writeModel(
  path: string,
  { manifest, model, tensor }: {
    readonly manifest: ModelManifest;
    readonly model: Uint8Array<ArrayBuffer>;
    readonly tensor: Tensor;
  },
  golden: Pick<Golden, "sample" | "inputSha256">,
): Promise<void> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const { input, output } = manifest;
  const { [output.name]: row } = await session.run({ [input.name]: tensor });
  await session.release();
  const embedding = new Float32Array(row?.data as Float32Array);
  if (embedding.length !== elementCount(output)) throw new TypeError("Cannot make a golden record");
  await Deno.mkdir(`${path}/1`, { recursive: true });
  await Deno.writeTextFile(`${path}/manifest.json`, JSON.stringify(manifest));
  await Deno.writeFile(`${path}/1/model.onnx`, model);
  await Deno.writeTextFile(`${path}/config.pbtxt`, configPbtxt(manifest));
  const record = { ...golden, modelSha256: sha256(model), embedding, logitScale: LOGIT_SCALE };
  await Deno.writeTextFile(`${path}/golden.json`, formatGolden(record));
}
