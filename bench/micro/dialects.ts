/** What a dialect costs the gateway beside `/embed`: processor time a photo of 224 px, in turns of one run. */
import { createPhotos } from "../../testing/photo_set.ts";
import { preprocessorSettings } from "../../testing/preprocessor_settings.ts";
import { status } from "../../testing/requests.ts";
import { runLoop } from "../load/loop.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";
import { startGateway } from "../processes/gateway.ts";
import { markdownTable } from "../report/readme_table.ts";
import { short } from "../report/svg.ts";
import { Alarm } from "../../testing/timing/alarm.ts";
import { summarize } from "../timing/statistics.ts";
import { DIALECT_BODIES } from "./dialect_bodies.ts";

const MODEL = "dct_512";
const CLIENTS = 16;
const WARMUP_SECONDS = 1;
const SECONDS = 2;
const GRACE_SECONDS = 5;

/** Medians of CPU milliseconds a photo, and of their ratios to `/embed` of the same round. */
export async function dialectsTable(rounds: number): Promise<string> {
  const { preprocess } = preprocessorSettings();
  const photos = await createPhotos({ size: "224", withTensors: false, preprocess });
  const requests = DIALECT_BODIES.map(({ name, path, init }) => ({
    name,
    path: path.replace("{model}", MODEL),
    inits: photos.map(({ jpeg }) => init(jpeg, MODEL)),
  }));
  await using gateway = await startGateway({ model: MODEL });
  const measure = async (index: number, seconds: number) => {
    const { name, path, inits } = requests[index] as (typeof requests)[number];
    const roles = { gateway: gateway.pid };
    const before = await sampleCpu(roles);
    const count = await load(
      name,
      (at) => fetch(gateway.url + path, inits[at % inits.length]),
      seconds,
    );
    return (cpuBetween(before, await sampleCpu(roles)).gateway?.cpuMs ?? NaN) / count;
  };
  for (const index of requests.keys()) await measure(index, WARMUP_SECONDS);
  const costs: number[][] = requests.map(() => []);
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another one, so that what changes with time befalls all.
    for (const place of requests.keys()) {
      const index = (place + round) % requests.length;
      costs[index]?.push(await measure(index, SECONDS));
    }
  }
  const rows = requests.map(({ name }, index) => {
    const own = costs[index] as number[];
    const ratios = own.map((cost, round) => cost / (costs[0]?.[round] ?? NaN));
    return [name, short(summarize(own).p50), summarize(ratios).p50.toFixed(3)];
  });
  return markdownTable(["request", "CPU ms a photo", "× /embed"], rows);
}

/** Sends in a closed loop, and counts the replies. */
async function load(
  name: string,
  send: (index: number) => Promise<Response>,
  secondsMax: number,
): Promise<number> {
  using alarm = new Alarm();
  const { observations } = await runLoop({
    clock: alarm,
    pattern: { kind: "closed", clients: CLIENTS },
    limits: { requestsMax: Infinity, secondsMax, graceSeconds: GRACE_SECONDS },
    send: async (index) => {
      const code = await status(send(index));
      if (code !== 200) throw new Error(`Cannot embed by ${name}: status is ${code}`);
    },
  });
  const failed = observations.find(({ outcome }) => "error" in outcome);
  if (failed !== undefined && "error" in failed.outcome) throw new Error(failed.outcome.error);
  return observations.length;
}
