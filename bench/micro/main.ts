// deno-lint-ignore-file no-console
/** `deno task bench:micro`: the parts of preprocessing, and of a request, each alone. */
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../../command/program.ts";
import { PHOTO_SIZE_NAMES } from "../../testing/photo_set.ts";
import {
  installPython,
  ONNX_ENVIRONMENT,
  TORCH_ENVIRONMENT,
} from "../service/python_environment.ts";
import { costTable } from "./cost.ts";
import { decodeTable } from "./decode.ts";
import { compareKernel } from "./exactness.ts";
import { dialectsTable } from "./dialects.ts";
import { resizeTable } from "./resize.ts";
import { stagesTable } from "./stages.ts";
import { textRequestsTable } from "./text_requests.ts";
import { textsTable } from "./texts.ts";
import { tokensTable } from "./tokens.ts";

const HELP = `Usage: deno task bench:micro SUBJECT… [options]

Prints what parts take alone, as Markdown tables. What takes turns in one run may be compared within it.

  stages     every stage of the gateway for a photo, beside Pillow
  resize     resize, crop and normalise by the kernel, the plain code and Pillow with numpy; fails if a crop differs
  decode     what fast decoding saves and what it changes
  cost       time and memory of the dearest images, beside what image_cost.ts reckons from their heads; 2 GB, 1 minute
  exactness  the kernel beside the plain code on random images, bit for bit
  tokens     token ids of texts beside open_clip, which takes 5.7 GB to fetch
  dialects   what each dialect costs the gateway beside /embed, for photos of 224 px
  texts      embeddings of texts by ViT-B/32 with seeded weights, beside open_clip, and over HTTP; 1.2 GB in .cache, 3 minutes

  --rounds N   turns of resize, decode, dialects, tokens and texts (7)
  --size A,B   of the photos of stages (${PHOTO_SIZE_NAMES.join(",")})
  --no-pillow  without Pillow, which needs Python 3.11
  --torch-python PATH  a Python for tokens and texts that has open_clip already
  --cases N    images of exactness (2500)
  --seed N     makes them the same again (another one each time)`;

const PROGRAM = {
  help: HELP,
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "7" },
    size: { type: "string", default: PHOTO_SIZE_NAMES.join(",") },
    "torch-python": { type: "string" },
    "no-pillow": { type: "boolean", default: false },
    cases: { type: "string", default: "2500" },
    seed: { type: "string", default: String(1 + Date.now() % (2 ** 31 - 1)) },
  },
} as const;

const SUBJECTS = [
  ...["stages", "resize", "decode", "dialects", "cost"] as const,
  ...["exactness", "tokens", "texts"] as const,
];

async function run({ values, positionals }: Parsed<typeof PROGRAM>): Promise<void> {
  const subjects = positionals.map((name) => oneOf("SUBJECT", name, SUBJECTS));
  if (subjects.length === 0) throw new UsageError("A subject is needed");
  const rounds = positive("rounds", values.rounds);
  const sizes = values.size.split(",").map((size) => oneOf("size", size, PHOTO_SIZE_NAMES));
  const [cases, seed] = [positive("cases", values.cases), positive("seed", values.seed)];
  const python = () =>
    values["no-pillow"] ? undefined : installPython(ONNX_ENVIRONMENT, console.error);
  const torchPython = async () =>
    values["torch-python"] ?? await installPython(TORCH_ENVIRONMENT, console.error);
  const tables = {
    stages: async () => await stagesTable(sizes, await python()),
    resize: async () => await resizeTable(rounds, await python()),
    decode: () => decodeTable(rounds),
    dialects: () => dialectsTable(rounds),
    cost: () => costTable(),
    exactness: () => compareKernel(cases, seed),
    tokens: async () => await tokensTable(rounds, await torchPython()),
    texts: async () =>
      `${await textsTable(rounds, await torchPython())}\n\n${await textRequestsTable()}`,
  };
  for (const subject of subjects) console.log(`${await tables[subject]()}\n`);
}

if (import.meta.main) await runProgram(PROGRAM, run);
