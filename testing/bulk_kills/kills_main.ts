// deno-lint-ignore-file no-console
/** `deno task bulk:kills`: generated shards, embedded by workers that are killed at random moments, and by a gateway that is. */
import { fileURLToPath } from "node:url";
import { type Parsed, positive, runProgram } from "../../command/program.ts";
import { temporaryFolder } from "../models/temporary_folder.ts";
import { seededRandom } from "../mosaic.ts";
import { moveTo } from "../processor.ts";
import { run } from "../run.ts";
import { pythonEnvironment } from "../python_environment.ts";
import { BulkJob } from "./bulk_job.ts";
import { type GeneratedShards, generateShards } from "./generated_shards.ts";
import { runKilled } from "./killed_job.ts";
import { plainRate } from "./plain_rate.ts";
import { RestartedGateway } from "./restarted_gateway.ts";

const PROGRAM = {
  help:
    `Usage: deno task bulk:kills [--photos 20000] [--shards 8] [--workers 3] [--kills 12] [--seed 1]
       deno task bulk:kills --no-kills [--apart] [--rounds 3] [--workers 1] [...]

Generates photos and lists of them, and has them embedded by workers of deno task bulk, of which so many are killed
(SIGKILL) at random moments; every fourth time it is the gateway. Every photo has to be in the merged Parquet once,
with a vector, as pyarrow and DuckDB read it. They come from PyPI; it needs Python 3.11.

With --no-kills it measures: rounds of plain requests, which are the gateway's own figure, and of the workers, in turn,
and photos a second of both by their medians, of workers with their starts and without: of more photos they are a smaller
part. On a machine that does nothing else. With --apart the gateway has the
first processor for itself, and whoever asks it the second one, as a worker has elsewhere; it needs taskset.

Exits 1 if a photo is missing, is there twice, or has no vector.`,
  options: {
    photos: { type: "string", default: "20000" },
    shards: { type: "string", default: "8" },
    workers: { type: "string" },
    kills: { type: "string", default: "12" },
    "no-kills": { type: "boolean", default: false },
    apart: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
  },
} as const;

type Values = Parsed<typeof PROGRAM>["values"];

/** Photos that plain requests have in memory. */
const PLAIN_PHOTOS = 4000;

interface Trial extends GeneratedShards {
  readonly folder: string;
  readonly gateway: RestartedGateway;
}

/** Holds a folder of shards to the list of photos. @throws {Error} with what is wrong. */
async function readBack({ folder, ids }: Trial, out: string): Promise<string> {
  const requirements = new URL("./requirements.txt", import.meta.url);
  const programs = await pythonEnvironment("bulk", requirements);
  await Deno.writeTextFile(`${folder}/ids`, ids.join("\n"));
  const script = fileURLToPath(new URL("./read_back.py", import.meta.url));
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  return (await run([`${programs}/python`, script, out, `${folder}/ids`], { env })).trimEnd();
}

async function kill(trial: Trial, values: Values): Promise<void> {
  const { folder, ids, lists, gateway } = trial;
  const rate = await plainRate(gateway.url, await readPhotos(trial));
  const kills = positive("kills", values.kills);
  const out = `${folder}/out`;
  const job = new BulkJob({ lists, out, url: gateway.url, workers: workersOf(values, 3) });
  const started = performance.now();
  const { workers, gateways } = await runKilled(job, gateway, {
    kills,
    // Most of them while it would run undisturbed, each of which makes it run for longer.
    everyMs: ids.length / rate * 1000 / kills,
    random: seededRandom(positive("seed", values.seed)),
  });
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${workers} workers and ${gateways} times the gateway killed; ${job.starts} workers started; ` +
      `${seconds.toFixed(0)} s, ${job.peakMib.toFixed(0)} MiB a worker`,
  );
  console.log(`every photo once: ${await readBack(trial, out)}`);
}

async function readPhotos({ folder, ids }: Trial): Promise<Uint8Array<ArrayBuffer>[]> {
  const names = ids.slice(0, PLAIN_PHOTOS);
  return await Promise.all(names.map((id) => Deno.readFile(`${folder}/photos/${id}`)));
}

async function measure(trial: Trial, values: Values): Promise<void> {
  const { folder, ids, lists, gateway: { url } } = trial;
  const photos = await readPhotos(trial);
  // Warms it up.
  await plainRate(url, photos);
  const [plain, whole, bulk]: [number[], number[], number[]] = [[], [], []];
  const rounds = positive("rounds", values.rounds);
  for (let round = 0; round < rounds; round++) {
    plain.push(await plainRate(url, photos));
    const out = `${folder}/out${round}`;
    const started = performance.now();
    const job = new BulkJob({ lists, out, url, workers: workersOf(values, 1) });
    await job.run();
    whole.push(ids.length / (performance.now() - started) * 1000);
    bulk.push(ids.length / job.shardSeconds);
  }
  plain.push(await plainRate(url, photos));
  const shown = (rates: readonly number[]) => rates.map((rate) => rate.toFixed(0)).join(", ");
  console.log(`plain requests: ${shown(plain)}/s`);
  for (const [what, rates] of [["with its start", whole], ["of shards alone", bulk]] as const) {
    const part = (median(rates) / median(plain)).toFixed(2);
    console.log(`bulk, ${what}: ${shown(rates)}/s, ${part} of the gateway's own figure`);
  }
  console.log(`every photo once: ${await readBack(trial, `${folder}/out0`)}`);
}

function workersOf(values: Values, usual: number): number {
  return values.workers === undefined ? usual : positive("workers", values.workers);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

if (import.meta.main) {
  await runProgram(PROGRAM, async ({ values }) => {
    await using folder = await temporaryFolder();
    const [photos, shards] = [positive("photos", values.photos), positive("shards", values.shards)];
    const generated = await generateShards(folder.path, { photos, shards });
    if (values.apart) await moveTo(0);
    await using gateway = await RestartedGateway.start();
    if (values.apart) await moveTo(1);
    console.log(`${photos} photos in ${shards} shards; load ${Deno.loadavg()[0]?.toFixed(1)}`);
    const trial = { ...generated, folder: folder.path, gateway };
    await (values["no-kills"] ? measure : kill)(trial, values);
  });
}
