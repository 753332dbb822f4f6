// deno-lint-ignore-file no-console
/** `deno task bench:stages`: what every stage of the gateway takes alone. */
import { fileURLToPath } from "node:url";
import type { ModelManifest } from "../../models/contract/manifest.ts";
import { ModelFolder } from "../../models/repository/model_folder.ts";
import { startTriton } from "../../testing/triton/triton_process.ts";
import { oneOf, runProgram } from "../../command/program.ts";
import { createPhotos, PHOTO_SIZE_NAMES, type PhotoSize } from "../photos/photo_set.ts";
import { describeCommit, describeMachine } from "../processes/machine.ts";
import { markdownTable } from "../report/readme_table.ts";
import { RESULTS_FOLDER } from "../report/result_file.ts";
import { short } from "../report/svg.ts";
import { installPython, ONNX_ENVIRONMENT } from "../service/python_environment.ts";
import { gatewayStages, type StageTiming } from "./gateway_stages.ts";
import type { Timing } from "./measure.ts";
import { tritonStages } from "./triton_stages.ts";

const HELP = `Usage: deno task bench:stages [options]

Prints what every stage of the gateway takes alone, in milliseconds, and writes bench/results/stages.json.

  --size A,B   of the photos (${PHOTO_SIZE_NAMES.join(",")})
  --pillow     beside Pillow, for the stages it has: needs Python 3.11
  --no-triton  without the calls to a real Triton`;

const OPTIONS = {
  size: { type: "string", default: PHOTO_SIZE_NAMES.join(",") },
  pillow: { type: "boolean", default: false },
  "no-triton": { type: "boolean", default: false },
} as const;

const REPOSITORY = new URL("../../model_repository/", import.meta.url);
const CACHE = fileURLToPath(new URL("../../.cache", import.meta.url));
const MODEL = "dct_512";
/** Photos of a size: enough that branches are not learnt by heart. */
const PHOTOS = 16;

/** One size of photos. */
interface SizeStages {
  readonly photoSize: string;
  readonly stages: readonly StageTiming[];
  readonly pillow?: Readonly<Record<string, Timing>>;
}

/** What is measured. */
interface StageChoice {
  readonly photoSizes: readonly PhotoSize[];
  readonly withPillow: boolean;
  readonly withTriton: boolean;
}

async function measureAll(choice: StageChoice): Promise<void> {
  const manifest = await new ModelFolder(REPOSITORY, MODEL).manifest();
  const python = choice.withPillow ? await installPython(ONNX_ENVIRONMENT, console.log) : undefined;
  const sizes: SizeStages[] = [];
  for (const photoSize of choice.photoSizes) {
    sizes.push(await measureSize(photoSize, manifest, python));
  }
  const triton = choice.withTriton ? await measureTriton(manifest) : [];
  console.log(stagesTable(sizes, triton));
  const result = {
    commit: await describeCommit(),
    machine: await describeMachine(),
    sizes,
    triton,
  };
  const file = new URL("stages.json", RESULTS_FOLDER);
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  await Deno.writeTextFile(file, JSON.stringify(result, null, 1) + "\n");
}

async function measureSize(
  photoSize: PhotoSize,
  { preprocess }: ModelManifest,
  python: string | undefined,
): Promise<SizeStages> {
  const count = photoSize === "4000" ? 4 : PHOTOS;
  const photos = await createPhotos({ size: photoSize, withTensors: false, preprocess, count });
  const jpegs = photos.map(({ jpeg }) => jpeg);
  const stages = await gatewayStages(jpegs, preprocess);
  if (python === undefined) return { photoSize, stages };
  return { photoSize, stages, pillow: await pillowStages(python, jpegs) };
}

async function pillowStages(
  python: string,
  jpegs: readonly Uint8Array[],
): Promise<Record<string, Timing>> {
  const folder = await Deno.makeTempDir({ dir: CACHE });
  try {
    const files = jpegs.map((_, index) => `${folder}/${index}.jpg`);
    await Promise.all(jpegs.map((jpeg, index) => Deno.writeFile(files[index] as string, jpeg)));
    const script = new URL("pillow_stages.py", import.meta.url).pathname;
    const { stdout, success } = await new Deno.Command(python, { args: [script, ...files] })
      .output();
    if (!success) throw new Error("Cannot time Pillow");
    return JSON.parse(new TextDecoder().decode(stdout));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measureTriton(manifest: ModelManifest): Promise<StageTiming[]> {
  const repository = REPOSITORY.pathname;
  await using triton = await startTriton({ repository, models: [MODEL], exitTimeoutSeconds: 1 });
  return await tritonStages(triton.grpcUrl, manifest);
}

/** Medians in milliseconds; minima in parentheses. */
function stagesTable(sizes: readonly SizeStages[], triton: readonly StageTiming[]): string {
  const show = (timing: Timing | undefined) =>
    timing === undefined ? "" : `${short(timing.p50Ms)} (${short(timing.minMs)})`;
  const hasPillow = sizes.some(({ pillow }) => pillow !== undefined);
  const head = sizes.flatMap(({ photoSize }) => [
    `${photoSize} px`,
    ...(hasPillow ? ["Pillow"] : []),
  ]);
  const names = sizes[0]?.stages.map(({ stage }) => stage) ?? [];
  const rows = names.map((name) => [
    name,
    ...sizes.flatMap(({ stages, pillow }) => [
      show(stages.find(({ stage }) => stage === name)),
      ...(hasPillow ? [show(pillow?.[name])] : []),
    ]),
  ]);
  const calls = triton.map((timing) => [timing.stage, show(timing)]);
  return [
    markdownTable(["ms, median (minimum)", ...head], rows),
    ...(calls.length === 0 ? [] : [markdownTable(["towards Triton", "ms"], calls)]),
  ].join("\n\n");
}

if (import.meta.main) {
  await runProgram({ help: HELP, options: OPTIONS }, ({ values }) =>
    measureAll({
      photoSizes: values.size.split(",").map((size) => oneOf("size", size, PHOTO_SIZE_NAMES)),
      withPillow: values.pillow,
      withTriton: !values["no-triton"],
    }));
}
