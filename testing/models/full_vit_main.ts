// deno-lint-ignore-file no-console
/** `deno task model:proof`: the exporter's proof in full size. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { compareEmbeddings } from "../../models/contract/vectors.ts";
import { OPEN_CLIP } from "../../preprocess/contract/image_options.ts";
import { Preprocessor } from "../../preprocess/preprocessor.ts";
import { runProgram } from "../../command/program.ts";
import { preprocessorSettings } from "../preprocessor_settings.ts";
import { makeSeededRepository, SEEDED_REPOSITORY } from "./seeded_repository.ts";

const HELP = `Usage: deno task model:proof [options]

Exports ViT-B/32 with seeded weights, in FP32, for bytes, in FP16 and in 8 bits, and compares each on real photos with
what open_clip made of the same weights. Exits 1 when FP32 or bytes are off by more than 1e-5 after normalisation, or a
cosine in FP16 is below 0.999.

  --no-export  with the models of the last time`;

const DIFFERENCE_MAX = 1e-5;
const HALF_COSINE_MIN = 0.999;
const EXACT = ["openclip_vit_b32", "openclip_vit_b32_u8"];
const HALF = "openclip_vit_b32_trt";
const MODELS = [...EXACT, HALF, "openclip_vit_b32_int8"];
const PHOTOS = new URL("../photos/", import.meta.url);

interface Golden {
  readonly input_f32_sha256: string;
  readonly embedding: string;
}

const goldens: Record<string, Golden> =
  JSON.parse(await Deno.readTextFile(new URL("full_vit_goldens.json", import.meta.url))).photos;

async function prove(exports: boolean): Promise<void> {
  if (exports) await makeSeededRepository(MODELS);
  let isNear = true;
  for (const model of MODELS) {
    const figures = await compareModel(model);
    const differences = figures.map(({ maxDifference }) => maxDifference);
    const worst = Math.max(...differences);
    const cosine = Math.min(...figures.map(({ cosine }) => cosine));
    if (EXACT.includes(model)) isNear &&= worst <= DIFFERENCE_MAX;
    if (model === HALF) isNear &&= cosine >= HALF_COSINE_MIN;
    console.log(
      `${model}: ${figures.length} photos, largest difference to open_clip ${
        worst.toExponential(1)
      }, ` +
        `1 - least cosine ${(1 - cosine).toExponential(1)}`,
    );
  }
  Deno.exitCode = isNear ? 0 : 1;
}

async function compareModel(model: string) {
  using preprocessor = new Preprocessor(preprocessorSettings());
  const session = await InferenceSession.create(`${SEEDED_REPOSITORY}/${model}/1/model.onnx`);
  const figures = [];
  for (const [name, golden] of Object.entries(goldens)) {
    const { crop } = await preprocessor.preprocess(
      await Deno.readFile(new URL(name, PHOTOS)),
      OPEN_CLIP,
    );
    const input = preprocessor.normalize(crop);
    await assertDigest(input, golden);
    const image = model.endsWith("u8")
      ? new Tensor("uint8", crop, [1, 224, 224, 3])
      : new Tensor("float32", input, [1, 3, 224, 224]);
    const { embedding } = await session.run({ image });
    const expected = new Float32Array(Uint8Array.fromBase64(golden.embedding).buffer);
    figures.push(compareEmbeddings(embedding?.data as Float32Array, expected));
  }
  await session.release();
  return figures;
}

async function assertDigest(input: Float32Array<ArrayBuffer>, golden: Golden): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", input)).toHex();
  if (digest !== golden.input_f32_sha256) throw new Error("Preprocessing differs from open_clip's");
}

if (import.meta.main) {
  const options = { "no-export": { type: "boolean", default: false } } as const;
  await runProgram({ help: HELP, options }, ({ values }) => prove(!values["no-export"]));
}
