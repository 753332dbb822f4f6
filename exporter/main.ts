// deno-lint-ignore-file no-console
/** `deno task model`: writes what Triton and the embedded engine serve. */
import { parseArgs } from "node:util";
import { Preprocessor } from "../gateway/image/preprocess.ts";
import { findTurboJpeg } from "../gateway/image/turbojpeg_library.ts";
import type { ModelManifest } from "../model/manifest.ts";
import type { GoldenInput } from "./golden_embedding.ts";
import {
  findStaleFiles,
  listModels,
  makeModelFiles,
  type ModelFile,
  readManifest,
  writeModelFiles,
} from "./repository.ts";

const DEFAULT_MODEL = "dct_512";
const GOLDEN_PHOTO = "model/golden_photo.jpg";
const DEFAULT_REPOSITORY = "model_repository";

/** sysexits.h: the command was used wrongly. */
const EXIT_USAGE = 64;

const OPTIONS = {
  check: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
  repository: { type: "string", default: DEFAULT_REPOSITORY },
} as const;

if (import.meta.main) Deno.exitCode = await main(Deno.args);

async function main(args: string[]): Promise<number> {
  const command = parseCommand(args);
  if (command instanceof TypeError) {
    console.error(`${command.message}\nTry --help`);
    return EXIT_USAGE;
  }
  const { repository } = command;
  const models = await listModels(repository).catch(() => undefined);
  if (models === undefined) {
    console.error(`Cannot read model repository ${repository}: it must be a readable folder`);
    return EXIT_USAGE;
  }
  if (command.help) {
    console.log(helpText(models));
    return 0;
  }
  if (!models.includes(command.model)) {
    console.error(
      `Cannot export model ${command.model} as it must be one of ${models.join(", ")}`,
    );
    return EXIT_USAGE;
  }
  return command.check
    ? await check(repository, command.model)
    : await exportModel(repository, command.model);
}

async function exportModel(repository: string, name: string): Promise<number> {
  const start = performance.now();
  const files = await makeFiles(repository, name);
  await writeModelFiles(repository, name, files);
  for (const { path, content, sha256 } of files) {
    console.log(`${repository}/${name}/${path}  ${content.byteLength} bytes  sha256 ${sha256}`);
  }
  const milliseconds = Math.round(performance.now() - start);
  console.log(`${name}: exported and run on one known input in ${milliseconds} ms`);
  return 0;
}

async function makeFiles(repository: string, name: string): Promise<ModelFile[]> {
  const manifest = await readManifest(repository, name);
  return await makeModelFiles(manifest, await goldenInput(manifest));
}

/** The golden photo as the gateway preprocesses it, so that every start can compare. */
async function goldenInput(manifest: ModelManifest): Promise<GoldenInput> {
  const library = findTurboJpeg();
  if (library.path === undefined) {
    throw new Error(`Cannot make the golden input exactly: ${library.reason}`);
  }
  const photo = await Deno.readFile(new URL(`../${GOLDEN_PHOTO}`, import.meta.url));
  using preprocessor = new Preprocessor({
    turboJpegPath: library.path,
    limits: { bytesMax: photo.length, pixelsMax: 1_000_000, scansMax: 100 },
    preprocess: manifest.preprocess,
    inputDatatype: manifest.input.datatype,
  });
  const { crop } = await preprocessor.preprocess(photo, "none");
  return { photo: GOLDEN_PHOTO, input: preprocessor.normalize(crop) };
}

async function check(repository: string, name: string): Promise<number> {
  const files = await makeFiles(repository, name);
  const stale = await findStaleFiles(repository, name, files);
  for (const path of stale) {
    console.log(`${repository}/${name}/${path} is out of date: run deno task model ${name}`);
  }
  console.log(`${name}: ${stale.length} files out of date`);
  return stale.length === 0 ? 0 : 1;
}

interface Command {
  readonly check: boolean;
  readonly help: boolean;
  readonly repository: string;
  readonly model: string;
}

/** The command line's meaning, or why it has none. */
function parseCommand(args: string[]): Command | TypeError {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (positionals.length > 1) {
      return new TypeError(
        `Cannot export models as there must be ≤ 1: current value is ${positionals.length}`,
      );
    }
    return { ...values, model: positionals[0] ?? DEFAULT_MODEL };
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

function helpText(models: readonly string[]): string {
  return `Writes a model's ONNX file, config.pbtxt and golden.json from its manifest.json.

deno task model [MODEL] [--repository DIR] [--check]

  MODEL             ${models.join(" or ")} (default ${DEFAULT_MODEL})
  --repository DIR  folder with a folder a model (default ${DEFAULT_REPOSITORY})
  --check           write nothing; exit 1 if config.pbtxt or golden.json is out of date
  --help            this text`;
}
