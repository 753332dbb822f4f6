// deno-lint-ignore-file no-console
/**
 * `deno task bench:isolates`: where a gateway is full as its isolates grow, and what few connections leave of that.
 *
 * Every number of isolates is a gateway started afresh, and every number of connections a load of its own.
 */
import { resolve } from "node:path";
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { RealTriton } from "../testing/real_triton.ts";
import { GeneratorProcess, type MeasuredLoad } from "./load/generator_process.ts";
import { closedJob, failedRequests } from "./load/job.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "../testing/photo_set.ts";
import { startGateway } from "./processes/gateway.ts";
import { markdownTable } from "./report/readme_table.ts";

const HELP = `Usage: deno task bench:isolates [options]

Prints requests a second, latency and processor time by isolates of the gateway and connections of its clients.

  --isolates N,…      GATEWAY_ISOLATES of each gateway (1,2)
  --connections N,…   requests in flight, one a connection (1,2,4,8,16,64)
  --engine NAME       embedded, or triton: starts a real one (embedded)
  --triton URL        gRPC address of a Triton that runs already, in place of one that is started
  --model NAME        (dct_512)
  --repository DIR    of the gateway's models (model_repository)
  --size ${PHOTO_SIZE_NAMES.join("|")} of the photos (224)
  --seconds N         that each load lasts (5)`;

const OPTIONS = {
  isolates: { type: "string", default: "1,2" },
  connections: { type: "string", default: "1,2,4,8,16,64" },
  engine: { type: "string", default: "embedded" },
  triton: { type: "string" },
  model: { type: "string", default: "dct_512" },
  repository: { type: "string" },
  size: { type: "string", default: "224" },
  seconds: { type: "string", default: "5" },
} as const;
const PROGRAM = { help: HELP, options: OPTIONS } as const;

const HEAD = ["isolates", "connections", "req/s", "p50 ms", "p99 ms", "CPU ms"]
  .concat(["busiest thread", "next", "RSS MiB", "failed"]);
const WARM_UP_SECONDS = 2;

/** What is the same for every gateway. */
interface Subject {
  readonly model: string;
  readonly tritonUrl: string | undefined;
  readonly repository: string | undefined;
  readonly photoSize: PhotoSize;
  readonly seconds: number;
}

function parseCounts(option: string, text: string): number[] {
  return text.split(",").map((part) => {
    if (/^[1-9]\d{0,3}$/.test(part)) return Number(part);
    throw new UsageError(`--${option} must be numbers with commas between them: it is ${text}`);
  });
}

/** Loads one gateway by each number of connections. */
async function measure(
  subject: Subject,
  isolates: number,
  connections: readonly number[],
): Promise<string[][]> {
  await using gateway = await startGateway(gatewayOptions(subject, isolates));
  await using generator = new GeneratorProcess();
  const load = async (clients: number, seconds: number) => {
    const { photoSize } = subject;
    const job = { way: "lean-base64", photoSize, target: gateway.url, clients, seconds } as const;
    await generator.call("prepare", closedJob(job));
    return await generator.runMeasured({ gateway: gateway.pid });
  };
  await load(Math.max(...connections), WARM_UP_SECONDS);
  const rows: string[][] = [];
  for (const clients of connections) {
    rows.push([`${isolates}`, `${clients}`, ...figuresOf(await load(clients, subject.seconds))]);
  }
  return rows;
}

function gatewayOptions({ model, tritonUrl, repository }: Subject, isolates: number) {
  return {
    model,
    ...(tritonUrl === undefined ? {} : { tritonUrl, sharedMemory: "on" as const }),
    env: {
      GATEWAY_ISOLATES: String(isolates),
      ...(repository === undefined ? {} : { GATEWAY_MODEL_REPOSITORY: repository }),
    },
  };
}

function figuresOf({ figures, usage: { gateway } }: MeasuredLoad): string[] {
  const threads = Object.values(gateway?.threads ?? {}).toSorted((a, b) => b - a);
  const busy = (cpuMs = 0) => `${(cpuMs / figures.seconds / 10).toFixed(0)} %`;
  return [
    figures.imagesPerSecond.toFixed(0),
    figures.latencyMs.p50.toFixed(1),
    figures.latencyMs.p99.toFixed(1),
    ((gateway?.cpuMs ?? NaN) / figures.requests).toFixed(3),
    busy(threads[0]),
    busy(threads[1]),
    (gateway?.residentMiB ?? NaN).toFixed(0),
    String(failedRequests(figures) + figures.cutOff),
  ];
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const isolates = parseCounts("isolates", values.isolates);
  const connections = parseCounts("connections", values.connections);
  const engine = oneOf("engine", values.engine, ["embedded", "triton"]);
  await using triton = engine === "triton" && values.triton === undefined
    ? await RealTriton.start([{ source: values.model }])
    : undefined;
  const subject: Subject = {
    model: values.model,
    tritonUrl: values.triton ?? triton?.process.grpcUrl,
    repository: values.repository && resolve(Deno.env.get("INIT_CWD") ?? "", values.repository),
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    seconds: positive("seconds", values.seconds),
  };
  const rows: string[][] = [];
  for (const count of isolates) rows.push(...await measure(subject, count, connections));
  console.log(markdownTable(HEAD, rows));
}

if (import.meta.main) await runProgram(PROGRAM, main);
