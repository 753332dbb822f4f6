// deno-lint-ignore-file no-console
/**
 * `deno task bench:workers`: where a gateway is full as its decoding workers grow, and what further processes add.
 *
 * Every layout is started afresh and loaded by as many client processes as it has gateways, one for each.
 */
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { RealTriton } from "../testing/real_triton.ts";
import { GeneratorProcess } from "./load/generator_process.ts";
import { closedJob, failedRequests, type LoadResult } from "./load/job.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "../testing/photo_set.ts";
import type { RoleUsage } from "./processes/cpu.ts";
import { startGateway } from "./processes/gateway.ts";
import { markdownTable } from "./report/readme_table.ts";

const HELP = `Usage: deno task bench:workers [options]

Prints requests a second, latency and processor time by decoding workers and gateway processes.

  --layouts PxW,…     gateway processes × decoding workers of each (1x1,1x2)
  --engine NAME       embedded, or triton: starts a real one (embedded)
  --triton URL        gRPC address of a Triton that runs already, in place of one that is started
  --model NAME        (dct_512)
  --repository DIR    of the gateway's models (model_repository)
  --size ${PHOTO_SIZE_NAMES.join("|")} of the photos (224)
  --clients N         requests in flight for each decoding worker (8)
  --seconds N         that each layout is loaded (5)`;

const OPTIONS = {
  layouts: { type: "string", default: "1x1,1x2" },
  engine: { type: "string", default: "embedded" },
  triton: { type: "string" },
  model: { type: "string", default: "dct_512" },
  repository: { type: "string" },
  size: { type: "string", default: "224" },
  clients: { type: "string", default: "8" },
  seconds: { type: "string", default: "5" },
} as const;
const PROGRAM = { help: HELP, options: OPTIONS } as const;

const HEAD = ["layout", "req/s", "p50 ms", "p99 ms", "CPU ms", "main ms"]
  .concat(["main busy", "client busy", "failed"]);
const WARM_UP_SECONDS = 2;

/** Gateway processes, and decoding workers of each. */
interface Layout {
  readonly processes: number;
  readonly workers: number;
}

/** What is the same for every layout. */
interface Subject {
  readonly model: string;
  readonly tritonUrl: string | undefined;
  readonly repository: string | undefined;
  readonly photoSize: PhotoSize;
  readonly clientsPerWorker: number;
  readonly seconds: number;
}

/** One gateway with its client. */
interface Measured {
  readonly figures: LoadResult;
  readonly gateway: RoleUsage | undefined;
  readonly client: RoleUsage | undefined;
}

function parseLayouts(text: string): Layout[] {
  return text.split(",").map((part) => {
    const [, processes, workers] = /^(\d+)x(\d+)$/.exec(part) ?? [];
    if (processes !== undefined) return { processes: Number(processes), workers: Number(workers) };
    throw new UsageError(`--layouts must be processes x workers, such as 1x4: it is ${part}`);
  });
}

/** Loads one layout; figures of all its processes together. */
async function measure(subject: Subject, layout: Layout): Promise<string[]> {
  await using stack = new AsyncDisposableStack();
  const { photoSize, seconds } = subject;
  const clients = subject.clientsPerWorker * layout.workers;
  const loads: ((seconds: number) => Promise<Measured>)[] = [];
  for (let index = 0; index < layout.processes; index++) {
    const { url: target, pid } = stack.use(await startGateway(gatewayOptions(subject, layout)));
    const generator = stack.use(new GeneratorProcess());
    loads.push(async (seconds) => {
      const way = "lean-base64";
      await generator.call("prepare", closedJob({ way, photoSize, target, clients, seconds }));
      const measured = await generator.runMeasured({ gateway: pid, client: generator.pid });
      const { figures, usage: { gateway, client } } = measured;
      return { figures, gateway, client };
    });
  }
  await Promise.all(loads.map((load) => load(WARM_UP_SECONDS)));
  return row(layout, await Promise.all(loads.map((load) => load(seconds))));
}

function gatewayOptions({ model, tritonUrl, repository }: Subject, { workers }: Layout) {
  return {
    model,
    ...(tritonUrl === undefined ? {} : { tritonUrl, sharedMemory: "on" as const }),
    env: {
      GATEWAY_DECODE_WORKERS: String(workers),
      ...(repository === undefined ? {} : { GATEWAY_MODEL_REPOSITORY: repository }),
    },
  };
}

function row({ processes, workers }: Layout, all: readonly Measured[]): string[] {
  const sum = (figure: (one: Measured) => number) =>
    all.reduce((total, one) => total + figure(one), 0);
  const most = (figure: (one: Measured) => number) => Math.max(...all.map(figure));
  const photos = sum(({ figures }) => figures.requests);
  // How much of the time the fullest main thread ran.
  const busy = (role: "gateway" | "client") =>
    most((one) => (one[role]?.threads.main ?? 0) / one.figures.seconds / 10).toFixed(0);
  return [
    `${processes} x ${workers}`,
    sum(({ figures }) => figures.imagesPerSecond).toFixed(0),
    most(({ figures }) => figures.latencyMs.p50).toFixed(1),
    most(({ figures }) => figures.latencyMs.p99).toFixed(1),
    (sum(({ gateway }) => gateway?.cpuMs ?? NaN) / photos).toFixed(3),
    (sum(({ gateway }) => gateway?.threads.main ?? NaN) / photos).toFixed(3),
    `${busy("gateway")} %`,
    `${busy("client")} %`,
    String(sum(({ figures }) => failedRequests(figures) + figures.cutOff)),
  ];
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const layouts = parseLayouts(values.layouts);
  const engine = oneOf("engine", values.engine, ["embedded", "triton"]);
  await using triton = engine === "triton" && values.triton === undefined
    ? await RealTriton.start([{ source: values.model }])
    : undefined;
  const subject: Subject = {
    model: values.model,
    tritonUrl: values.triton ?? triton?.process.grpcUrl,
    repository: values.repository,
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    clientsPerWorker: positive("clients", values.clients),
    seconds: positive("seconds", values.seconds),
  };
  const rows: string[][] = [];
  for (const layout of layouts) rows.push(await measure(subject, layout));
  console.log(markdownTable(HEAD, rows));
}

if (import.meta.main) await runProgram(PROGRAM, main);
