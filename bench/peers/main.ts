// deno-lint-ignore-file no-console
/**
 * `deno task bench:peers`: the gateway on its own, beside the services people write in Python, on the same cores, with
 * the same photos, in one run. The servers take turns, round by round.
 */
import { fileURLToPath } from "node:url";
import { makeSeededRepository, SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import { oneOf, type Parsed, positive, runProgram } from "../../command/program.ts";
import { GeneratorProcess } from "../load/generator_process.ts";
import { startGateway } from "../processes/gateway.ts";
import { describeCommit, describeMachine } from "../processes/machine.ts";
import type { ServerProcess } from "../processes/server_process.ts";
import { RESULTS_FOLDER } from "../report/result_file.ts";
import { type PythonEngine, startPythonService } from "../service/python_service.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import { type Contestant, type ContestLoad, runContest, type Standing } from "./contest.ts";
import { type HeldContest, standingsTable } from "./standings_table.ts";

const HELP = `Usage: deno task bench:peers [options]

Loads the gateway with its own engine and the services people write in Python, in turns, and prints requests a second,
latency and processor time. Python 3.11 is needed; what it imports is fetched once into .cache/.

  --contests A,B       thumbnails (224 px, dct_512 beside numpy), web (the same at 640×480),
                       vit (ViT-B/32, FP32 and int8, beside open_clip in PyTorch: 5.7 GB to fetch)
                       (thumbnails,web)
  --clients N          requests in flight (8)
  --rounds N           turns of every server (3)
  --seconds N          of a turn (6)
  --torch-python PATH  a Python that has FastAPI, uvicorn, open_clip and PyTorch already
  --name NAME          of the file in bench/results (peers)`;

const OPTIONS = {
  contests: { type: "string", default: "thumbnails,web" },
  clients: { type: "string", default: "8" },
  rounds: { type: "string", default: "3" },
  seconds: { type: "string", default: "6" },
  "torch-python": { type: "string" },
  name: { type: "string", default: "peers" },
} as const;
const PROGRAM = { help: HELP, options: OPTIONS } as const;

const CONTESTS = ["thumbnails", "web", "vit"] as const;
type ContestName = (typeof CONTESTS)[number];

const VIT = "openclip_vit_b32";
const VIT_INT8 = "openclip_vit_b32_int8";
const WORKERS = navigator.hardwareConcurrency;
const WEIGHTS = fileURLToPath(new URL("../../.cache/seeded/weights.safetensors", import.meta.url));

const report = (text: string) => console.error(text);
const each = WORKERS === 1 ? "1 process" : `${WORKERS} processes`;

/** What is compared; the first server is what the others are measured by. */
interface Contest {
  readonly photoSize: PhotoSize;
  readonly servers: Readonly<Record<string, () => Promise<ServerProcess>>>;
}

function python(engine: PythonEngine, path?: string): () => Promise<ServerProcess> {
  return () => startPythonService({ engine, workers: WORKERS, python: path, report });
}

/** Everything that can be compared; all servers speak POST /embed/base64. */
function contests(torchPython: string | undefined): Record<ContestName, Contest> {
  const light = {
    [`FastAPI, Pillow, numpy; no model; ${each}`]: python({ kind: "trivial", model: "dct_512" }),
    "gateway, dct_512": () => startGateway({ model: "dct_512" }),
  };
  const seeded = { env: { GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY } };
  const torch = { kind: "torch", weights: WEIGHTS } as const;
  return {
    thumbnails: { photoSize: "224", servers: light },
    web: { photoSize: "640", servers: light },
    vit: {
      photoSize: "224",
      servers: {
        [`FastAPI, open_clip, PyTorch FP32; ${each}`]: python(torch, torchPython),
        "gateway, ViT-B/32 FP32": () => startGateway({ model: VIT, ...seeded }),
        "gateway, ViT-B/32 int8": () => startGateway({ model: VIT_INT8, ...seeded }),
      },
    },
  };
}

/** Starts the servers of a contest and loads them in turns. */
async function hold(
  { photoSize, servers }: Contest,
  load: Omit<ContestLoad, "photoSize">,
): Promise<readonly Standing[]> {
  await using stack = new AsyncDisposableStack();
  const generator = stack.use(new GeneratorProcess());
  const contestants: Contestant[] = [];
  for (const [label, start] of Object.entries(servers)) {
    report(`starting ${label}`);
    const { url: target, pid } = stack.use(await start());
    contestants.push({ label, generator, way: "lean-base64", target, pid });
  }
  return await runContest(contestants, { ...load, photoSize }, report);
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const names = values.contests.split(",").map((name) => oneOf("contests", name, CONTESTS));
  const load = {
    clients: positive("clients", values.clients),
    rounds: positive("rounds", values.rounds),
    seconds: positive("seconds", values.seconds),
  };
  if (names.includes("vit")) await prepareVit();
  const all = contests(values["torch-python"]);
  const held: HeldContest[] = [];
  for (const name of names) {
    held.push({ name, photoSize: all[name].photoSize, standings: await hold(all[name], load) });
  }
  const machine = await describeMachine();
  const commit = await describeCommit();
  const command = `deno task bench:peers --contests ${values.contests}`;
  const result = { commit, command, machine, load, contests: held };
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  const file = new URL(`${values.name}.json`, RESULTS_FOLDER);
  await Deno.writeTextFile(file, JSON.stringify(result, null, 2) + "\n");
  console.log(standingsTable(held));
}

/** The seeded ViT-B/32 in full size, once. */
async function prepareVit(): Promise<void> {
  const files = [VIT, VIT_INT8].map((model) => `${SEEDED_REPOSITORY}/${model}/1/model.onnx`);
  const isThere = await Promise.all(
    [...files, WEIGHTS].map((path) => Deno.stat(path).then(() => true, () => false)),
  );
  if (!isThere.every(Boolean)) await makeSeededRepository([VIT, VIT_INT8]);
}

if (import.meta.main) await runProgram(PROGRAM, main);
