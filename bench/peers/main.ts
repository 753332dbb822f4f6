// deno-lint-ignore-file no-console
/**
 * `deno task bench:peers`: the gateway on its own, beside the services people write in Python, on the same cores, with
 * the same photos, in one run. The servers take turns, round by round.
 */
import { fileURLToPath } from "node:url";
import { makeSeededRepository, SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import { oneOf, type Parsed, positive, runProgram } from "../../command/program.ts";
import { startGateway } from "../processes/gateway.ts";
import { describeCommit, describeMachine } from "../processes/machine.ts";
import { startPythonService } from "../service/python_service.ts";
import { type Contest, type ContestLoad, runContest } from "./contest.ts";
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

const VIT = "openclip_vit_b32";
const VIT_INT8 = "openclip_vit_b32_int8";
const WORKERS = navigator.hardwareConcurrency;
const RESULTS = fileURLToPath(new URL("../results", import.meta.url));
const WEIGHTS = fileURLToPath(new URL("../../.cache/seeded/weights.safetensors", import.meta.url));

const report = (text: string) => console.error(text);
const each = WORKERS === 1 ? "1 process" : `${WORKERS} processes`;

/** Everything that can be compared. */
function contests(torchPython: string | undefined): Contest[] {
  const light = (name: string, photoSize: "224" | "640"): Contest => ({
    name,
    photoSize,
    contestants: [
      {
        label: `FastAPI, Pillow, numpy; no model; ${each}`,
        start: () =>
          startPythonService({
            engine: { kind: "trivial", model: "dct_512" },
            workers: WORKERS,
            report,
          }),
      },
      { label: "gateway, dct_512", start: () => startGateway({ model: "dct_512" }) },
    ],
  });
  const seeded = { env: { GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY } };
  return [light("thumbnails", "224"), light("web", "640"), {
    name: "vit",
    photoSize: "224",
    contestants: [
      {
        label: `FastAPI, open_clip, PyTorch FP32; ${each}`,
        start: () =>
          startPythonService({
            engine: { kind: "torch", weights: WEIGHTS },
            workers: WORKERS,
            python: torchPython,
            report,
          }),
      },
      { label: "gateway, ViT-B/32 FP32", start: () => startGateway({ model: VIT, ...seeded }) },
      {
        label: "gateway, ViT-B/32 int8",
        start: () => startGateway({ model: VIT_INT8, ...seeded }),
      },
    ],
  }];
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const all = contests(values["torch-python"]);
  const names = all.map(({ name }) => name);
  const wanted = values.contests.split(",").map((name) => oneOf("contests", name, names));
  const chosen = all.filter(({ name }) => wanted.includes(name));
  const load: ContestLoad = {
    clients: positive("clients", values.clients),
    rounds: positive("rounds", values.rounds),
    secondsPerRound: positive("seconds", values.seconds),
  };
  if (wanted.includes("vit")) await prepareVit();
  const held: HeldContest[] = [];
  for (const contest of chosen) {
    const { name, photoSize } = contest;
    held.push({
      name,
      photoSize,
      standings: await runContest(contest, load, report),
    });
  }
  const machine = await describeMachine();
  const commit = await describeCommit();
  const command = ["deno task bench:peers", "--contests", values.contests].join(" ");
  const result = { commit, command, machine, load, contests: held };
  await Deno.mkdir(RESULTS, { recursive: true });
  await Deno.writeTextFile(
    `${RESULTS}/${values.name}.json`,
    JSON.stringify(result, null, 2) + "\n",
  );
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
