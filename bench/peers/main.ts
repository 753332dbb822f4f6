// deno-lint-ignore-file no-console
/**
 * `deno task bench:peers`: the gateway on its own, beside the services people write in Python, on the same cores, with
 * the same photos, in one run. The servers take turns, round by round.
 */
import { makeSeededRepository, SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../../command/program.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import { RealTriton } from "../../testing/real_triton.ts";
import { measureAgreement } from "../grid/agreement.ts";
import { GeneratorProcess } from "../load/generator_process.ts";
import { buildNativePeer } from "../native/native_build.ts";
import { describeCommit, describeMachine } from "../processes/machine.ts";
import { RESULTS_FOLDER } from "../report/result_file.ts";
import { type Contestant, type ContestLoad, runContest } from "./contest.ts";
import {
  type Contest,
  type ContestName,
  CONTESTS,
  GATEWAY,
  LIGHT_MODEL,
  listContests,
  NATIVE,
  NATIVE_CONTESTS,
  USUAL_CONTESTS,
  VIT,
  VIT_INT8,
  VIT_WEIGHTS,
} from "./contests.ts";
import { nativeTable } from "./native_table.ts";
import { type HeldContest, standingsTable } from "./standings_table.ts";

const HELP = `Usage: deno task bench:peers [options]

Loads the gateway with its own engine and the services people write in Python, in turns, and prints requests a second,
latency and processor time. Python 3.11 is needed; what it imports is fetched once into .cache/.

  --contests A,B       thumbnails (224 px, dct_512 beside numpy), web (the same at 640×480),
                       vit (ViT-B/32, FP32 and int8, beside open_clip in PyTorch: 5.7 GB to fetch),
                       triton-thumbnails and triton-web (gateway and native peer before a Triton)
                       (thumbnails,web; with --native both Triton contests, too)
  --native             with the same job written in Rust: how far the gateway is from what the machine can do. Needs
                       cargo, cmake and a C compiler; built into .cache/ in some minutes
  --clients N          requests in flight (8)
  --rounds N           turns of every server (3)
  --seconds N          of a turn (6)
  --torch-python PATH  a Python that has FastAPI, uvicorn, open_clip and PyTorch already
  --name NAME          of the file in bench/results (peers)`;

const OPTIONS = {
  contests: { type: "string" },
  native: { type: "boolean", default: false },
  clients: { type: "string", default: "8" },
  rounds: { type: "string", default: "3" },
  seconds: { type: "string", default: "6" },
  "torch-python": { type: "string" },
  name: { type: "string", default: "peers" },
} as const;
const PROGRAM = { help: HELP, options: OPTIONS } as const;

/** Of the gateway's embeddings and a peer's: less is not the same job. */
const COSINE_MIN = 0.9999;

const report = (text: string) => console.error(text);

/** Starts the servers of a contest and loads them in turns. */
async function hold(
  { photoSize, withTriton, servers }: Contest,
  load: Omit<ContestLoad, "photoSize">,
): Promise<Pick<HeldContest, "standings" | "cosineMin">> {
  await using stack = new AsyncDisposableStack();
  const generator = stack.use(new GeneratorProcess());
  const triton = withTriton
    ? stack.use(await RealTriton.start([{ source: LIGHT_MODEL }]))
    : undefined;
  const contestants: Contestant[] = [];
  for (const [label, start] of Object.entries(servers)) {
    report(`starting ${label}`);
    const { url: target, pid } = stack.use(await start(triton?.process.grpcUrl));
    contestants.push({ label, generator, way: "lean-base64", target, pid });
  }
  const pair = contestants.filter(({ label }) => label === GATEWAY || label === NATIVE);
  const cosineMin = pair.length === 2 ? await agreement(generator, photoSize, pair) : undefined;
  const standings = await runContest(contestants, { ...load, photoSize }, report);
  return { standings, ...cosineMin === undefined ? {} : { cosineMin } };
}

/** A server that computes something else would be no peer. */
async function agreement(
  generator: GeneratorProcess,
  photoSize: PhotoSize,
  pair: readonly Contestant[],
): Promise<number> {
  const series = pair.map(({ label: id, target }) => {
    const direct = typeof target === "string" ? { url: target, model: "" } : target;
    return { id, way: "gateway-base64", direct } as const;
  });
  const agreements = await measureAgreement({ generator, series }, photoSize);
  const cosineMin = Math.min(...agreements.map(({ cosineMin }) => cosineMin));
  if (cosineMin >= COSINE_MIN) return cosineMin;
  throw new Error(`Cannot compare servers as their embeddings differ: cosine is ${cosineMin}`);
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const names = contestNames(values);
  const load = {
    clients: positive("clients", values.clients),
    rounds: positive("rounds", values.rounds),
    seconds: positive("seconds", values.seconds),
  };
  if (names.includes("vit")) await prepareVit();
  // First of all, so that a tool that is missing is told before anything runs.
  const nativeProgram = values.native ? await buildNativePeer(report) : undefined;
  const all = listContests({ nativeProgram, torchPython: values["torch-python"], report });
  const held: HeldContest[] = [];
  for (const name of names) {
    held.push({ name, photoSize: all[name].photoSize, ...await hold(all[name], load) });
  }
  const machine = await describeMachine();
  const commit = await describeCommit();
  const command = `deno task bench:peers --contests ${names}${values.native ? " --native" : ""}`;
  const result = { commit, command, machine, load, contests: held };
  await Deno.mkdir(RESULTS_FOLDER, { recursive: true });
  const file = new URL(`${values.name}.json`, RESULTS_FOLDER);
  await Deno.writeTextFile(file, JSON.stringify(result, null, 2) + "\n");
  console.log(standingsTable(held));
  const native = nativeTable(held);
  if (native !== "") console.log(`\n${native}`);
}

/** @throws {UsageError} for contests that are unknown, or have one server only. */
function contestNames({ contests, native }: Parsed<typeof PROGRAM>["values"]): ContestName[] {
  if (contests === undefined) return [...USUAL_CONTESTS, ...native ? NATIVE_CONTESTS : []];
  const names = contests.split(",").map((name) => oneOf("contests", name, CONTESTS));
  const alone = native ? undefined : names.find((name) => NATIVE_CONTESTS.includes(name));
  if (alone === undefined) return names;
  throw new UsageError(`--contests ${alone} needs --native: nobody else talks to Triton`);
}

/** The seeded ViT-B/32 in full size, once. */
async function prepareVit(): Promise<void> {
  const files = [VIT, VIT_INT8].map((model) => `${SEEDED_REPOSITORY}/${model}/1/model.onnx`);
  const isThere = await Promise.all(
    [...files, VIT_WEIGHTS].map((path) => Deno.stat(path).then(() => true, () => false)),
  );
  if (!isThere.every(Boolean)) await makeSeededRepository([VIT, VIT_INT8]);
}

if (import.meta.main) await runProgram(PROGRAM, main);
