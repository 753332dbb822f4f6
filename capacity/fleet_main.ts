// deno-lint-ignore-file no-console
/** `deno task capacity:fleet`: what many pods of gateway and GPUs would do, by a model; and whether it is right where it can be tried. */
import { fileURLToPath } from "node:url";
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import {
  type BatchCurve,
  fullRate,
  parseBatchCurve,
} from "../testing/simulated_triton/batch_curve.ts";
import type { SimulatedServer } from "../testing/simulated_triton/main.ts";
import { GeneratorProcess } from "../bench/load/generator_process.ts";
import { closedJob, failedRequests } from "../bench/load/job.ts";
import type { OpenPattern } from "../bench/load/loop.ts";
import { type Fleet, type FleetOutcome, modelFleet } from "./fleet.ts";
import { startGateway } from "../bench/processes/gateway.ts";
import { ServerProcess } from "../bench/processes/server_process.ts";
import { markdownTable } from "../bench/report/readme_table.ts";
import { short } from "../bench/report/svg.ts";

const BALANCINGS = ["random", "round_robin", "two_choices", "connections"] as const;

const HELP = `Usage: deno task capacity:fleet [options]

Prints what pods of a gateway with GPUs would do under Poisson arrivals: images a second, latency, how busy cores and
GPUs are. It is reckoned, not measured. --live runs the same load against a real gateway before simulated GPUs, and exits
1 where the model is more than 10 % beside it; give it a quiet machine, or GPUs that are slow beside the noise.

  --pods N           (4)         --gpus N           of a pod (1)
  --curve A+B        ms a batch + ms an image, or 1:1.3,8:2.1,32:6: ms by size of the batch (2+0.18)
  --batch-max N      (32)        --load SHARE       of what all GPUs do with full batches (0.7)
  --cores N          that decode, of a pod (4)
  --core-ms MS       an image costs of a core (0.57)
  --slots N          (256)       --requests N       (100000)
  --seed N           (1)         --balancing HOW    ${BALANCINGS.join(", ")} (two_choices)
  --connections N    that stay with their pod, by --balancing connections (32)
  --live             with one pod`;

const text = (value: string) => ({ type: "string", default: value }) as const;
const PROGRAM = {
  help: HELP,
  options: {
    pods: text("4"),
    gpus: text("1"),
    curve: text("2+0.18"),
    "batch-max": text("32"),
    load: text("0.7"),
    cores: text("4"),
    "core-ms": text("0.57"),
    slots: text("256"),
    requests: text("100000"),
    seed: text("1"),
    balancing: text("two_choices"),
    connections: text("32"),
    live: { type: "boolean", default: false },
  },
} as const;

/** How far the model may be beside the gateway. */
const APART_MAX = 0.1;
const INFLIGHT_MAX = 256;
const MODEL = "dct_512";
const WARM_UP_SECONDS = 3;

/** What the options ask for. */
interface Choice {
  readonly fleet: Fleet;
  readonly pattern: OpenPattern;
  readonly requests: number;
  readonly seed: number;
  readonly coreMs: number;
}

function choiceOf({ values }: Parsed<typeof PROGRAM>): Choice {
  type Name = Exclude<keyof typeof values, "live">;
  const number = (name: Name) => positive(name, values[name]);
  const count = (name: Name) => {
    if (Number.isInteger(number(name))) return number(name);
    throw new UsageError(`--${name} must be a whole number: it is ${values[name]}`);
  };
  const [pods, batchMax, seed] = [count("pods"), count("batch-max"), count("seed")];
  if (values.live && pods !== 1) throw new UsageError("--live needs --pods 1");
  const curve = curveOf(values.curve);
  const gpus = { gpus: count("gpus"), curve, batchMax };
  const perSecond = number("load") * pods * gpus.gpus * fullRate(curve, batchMax);
  const how = oneOf("balancing", values.balancing, BALANCINGS);
  return {
    fleet: {
      pods,
      balancing: how === "connections" ? { connections: count("connections") } : how,
      line: { rttMs: 0, bytesPerMs: Infinity },
      gateway: { cores: count("cores"), slots: count("slots") },
      gpus,
    },
    pattern: {
      kind: "open",
      arrivals: { kind: "poisson", perSecond, seed },
      inflightMax: values.live ? INFLIGHT_MAX : Infinity,
    },
    requests: count("requests"),
    seed,
    coreMs: number("core-ms"),
  };
}

function curveOf(curve: string): BatchCurve {
  try {
    return parseBatchCurve(curve);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function reckon({ fleet, coreMs, ...traffic }: Choice, warmUpShare?: number): FleetOutcome {
  const photos = [{ share: 1, bytes: 0, coreMs }];
  return modelFleet(fleet, {
    ...traffic,
    photos,
    ...(warmUpShare === undefined ? {} : { warmUpShare }),
  });
}

/** Figures of the real gateway before simulated GPUs, and what a photo cost it. */
async function measure({ fleet, pattern, requests }: Choice) {
  await using triton = await startSimulatedTriton({ ...fleet.gpus, model: MODEL });
  const env = {
    GATEWAY_SLOTS: String(fleet.gateway.slots),
    // To a gateway that learns how much may be in work, GPUs this slow look like an overload.
    GATEWAY_LATENCY_MS_TARGET: "60000",
  };
  await using gateway = await startGateway({ model: MODEL, tritonUrl: triton.url, env });
  await using generator = new GeneratorProcess();
  const job = { way: "lean-raw", photoSize: "224", target: gateway.url } as const;
  await generator.call("prepare", closedJob({ ...job, clients: 8, seconds: WARM_UP_SECONDS }));
  await generator.call("run");
  const closed = closedJob({ ...job, clients: INFLIGHT_MAX, seconds: 600 });
  await generator.call("prepare", {
    ...closed,
    pattern,
    limits: { ...closed.limits, requestsMax: requests },
  });
  const { figures, usage } = await generator.runMeasured({ gateway: gateway.pid });
  const failed = failedRequests(figures) + figures.cutOff;
  return { ...figures, failed, coreMs: (usage.gateway?.cpuMs ?? NaN) / figures.requests };
}

/** A Triton without GPUs, nor a model: its URL speaks gRPC. */
function startSimulatedTriton(options: SimulatedServer): Promise<ServerProcess> {
  return ServerProcess.start({
    name: "the simulated Triton",
    program: Deno.execPath(),
    args: ["run", "-q", "--no-prompt", "--allow-net=127.0.0.1", "--allow-read=.", "--allow-env"]
      .concat(["testing/simulated_triton/main.ts", JSON.stringify(options)]),
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    readUrl: (line) => line.startsWith("http://") ? line : undefined,
  });
}

async function main(parsed: Parsed<typeof PROGRAM>): Promise<void> {
  const choice = choiceOf(parsed);
  if (!parsed.values.live) return printOutcome(reckon(choice), choice);
  const live = await measure(choice);
  // What a photo costs the gateway is an input; how long it waits is what the model has to find out.
  const model = reckon({ ...choice, coreMs: live.coreMs }, 0);
  const rows = [
    ["images/s", live.imagesPerSecond, model.imagesPerSecond],
    ["p50 ms", live.latencyMs.p50, model.latencyMs.p50],
    ["p95 ms", live.latencyMs.p95, model.latencyMs.p95],
    ["p99 ms", live.latencyMs.p99, model.latencyMs.p99],
  ] as const;
  const apart = (live: number, model: number) => model / live - 1;
  console.log(markdownTable(
    ["", "live", "model", "apart"],
    rows.map(([name, live, model]) => [
      ...[name, short(live), short(model), `${(apart(live, model) * 100).toFixed(1)} %`],
    ]),
  ));
  console.log(`${live.requests} requests answered, ${short(live.coreMs)} ms of a core each`);
  if (live.failed > 0) console.log(`${live.failed} failed: ${JSON.stringify(live.errors)}`);
  const isNear = rows.every(([, live, model]) => Math.abs(apart(live, model)) <= APART_MAX);
  if (!isNear || live.failed > 0) Deno.exitCode = 1;
}

function printOutcome(outcome: FleetOutcome, { fleet: { pods, gpus } }: Choice): void {
  const { imagesPerSecond, latencyMs: { p50, p99 }, busy, refused } = outcome;
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  console.log(markdownTable(
    ["pods", "GPUs", "images/s", "p50 ms", "p99 ms", "cores busy", "GPUs busy", "refused"],
    [[
      ...[pods, pods * gpus.gpus, imagesPerSecond, p50, p99].map(short),
      ...[percent(busy.cores), percent(busy.gpus), String(refused)],
    ]],
  ));
}

if (import.meta.main) await runProgram(PROGRAM, main);
