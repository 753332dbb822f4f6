/** Texts over HTTP to a gateway that runs the text tower itself: what its clients see, and what it uses. */
import { SEEDED_REPOSITORY } from "../../testing/models/seeded_repository.ts";
import { MODELS } from "../../testing/pairs/known_inputs.ts";
import { makeServedRepository } from "../../testing/pairs/served_repository.ts";
import { post, status } from "../../testing/requests.ts";
import { runLoop } from "../load/loop.ts";
import { cpuBetween, sampleCpu } from "../processes/cpu.ts";
import { startGateway } from "../processes/gateway.ts";
import { markdownTable } from "../report/readme_table.ts";
import { short } from "../report/svg.ts";
import { Alarm } from "../../testing/timing/alarm.ts";
import { summarize } from "../timing/statistics.ts";
import { captions } from "./texts.ts";

/** Closed loops: texts a request, and requests in flight. */
const LOADS = [
  { name: "{text}, 1 client", texts: 1, clients: 1 },
  { name: "{text}, 8 clients", texts: 1, clients: 8 },
  { name: "{texts} of 8, 1 client", texts: 8, clients: 1 },
] as const;
const WARMUP_SECONDS = 2;
const SECONDS = 8;
const GRACE_SECONDS = 5;

/** Texts a second, latencies and processor time a text; the load runs on the same cores. */
export async function textRequestsTable(): Promise<string> {
  await makeServedRepository(true);
  const env = { GATEWAY_MODEL_REPOSITORY: SEEDED_REPOSITORY };
  await using gateway = await startGateway({ model: MODELS.text, env });
  const rows: string[][] = [];
  for (const load of LOADS) {
    await runLoad(gateway.url, load, WARMUP_SECONDS);
    const roles = { gateway: gateway.pid };
    const before = await sampleCpu(roles);
    const { texts, seconds, latencies } = await runLoad(gateway.url, load, SECONDS);
    const { gateway: usage } = cpuBetween(before, await sampleCpu(roles));
    const { p50, p99 } = summarize(latencies);
    const figures = [texts / seconds, (usage?.cpuMs ?? NaN) / texts, p50, p99];
    rows.push([load.name, ...figures.map(short)]);
  }
  return markdownTable(["closed loop", "texts/s", "CPU ms a text", "p50 ms", "p99 ms"], rows);
}

async function runLoad(
  url: string,
  { texts: count, clients }: (typeof LOADS)[number],
  secondsMax: number,
) {
  const all = captions();
  const pick = (index: number) => all[index % all.length] as string;
  const send = async (index: number) => {
    const texts = Array.from({ length: count }, (_, place) => pick(index * count + place));
    const body = JSON.stringify(count === 1 ? { text: texts[0] } : { texts });
    const code = await status(fetch(`${url}/embed`, post("application/json", body)));
    if (code !== 200) throw new Error(`Cannot embed texts: status is ${code}`);
  };
  using alarm = new Alarm();
  const run = await runLoop({
    clock: alarm,
    pattern: { kind: "closed", clients },
    limits: { requestsMax: Infinity, secondsMax, graceSeconds: GRACE_SECONDS },
    send,
  });
  const failed = run.observations.find(({ outcome }) => "error" in outcome);
  if (failed !== undefined && "error" in failed.outcome) throw new Error(failed.outcome.error);
  const lastMs = Math.max(...run.observations.map(({ doneMs }) => doneMs));
  return {
    texts: run.observations.length * count,
    seconds: (lastMs - run.startMs) / 1000,
    latencies: run.observations.map(({ startMs, doneMs }) => doneMs - startMs),
  };
}
