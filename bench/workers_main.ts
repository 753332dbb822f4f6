// deno-lint-ignore-file no-console
/**
 * `deno task bench:workers`: where a gateway is full as its decoding workers grow, and what further processes add.
 *
 * Every layout is started afresh and loaded by as many client processes as it has gateways, one for each.
 */
import { startTriton } from "../testing/triton/triton_process.ts";
import { TestRepository } from "../testing/triton/test_repository.ts";
import { oneOf, type Parsed, positive, runProgram, UsageError } from "../command/program.ts";
import { startLeanClient } from "./peers/lean_client.ts";
import type { LeanLoad, LeanResult } from "./peers/lean_load_main.ts";
import { PHOTO_SIZE_NAMES, type PhotoSize } from "./photos/photo_set.ts";
import type { CommandChild } from "./processes/child.ts";
import { cpuBetween, type Roles, type RoleUsage, sampleCpu } from "./processes/cpu.ts";
import { startGateway } from "./processes/gateway.ts";
import type { ServerProcess } from "./processes/server_process.ts";

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

function parseLayouts(text: string): Layout[] {
  return text.split(",").map((part) => {
    const [, processes, workers] = /^(\d+)x(\d+)$/.exec(part) ?? [];
    if (processes === undefined) {
      throw new UsageError(
        `Cannot use layout ${part} as it must be processes x workers, such as 1x4`,
      );
    }
    return { processes: Number(processes), workers: Number(workers) };
  });
}

/** Loads one layout; figures of all its processes together. */
async function measure(subject: Subject, layout: Layout): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const pairs: { gateway: ServerProcess; client: CommandChild }[] = [];
  for (let index = 0; index < layout.processes; index++) {
    pairs.push({
      gateway: stack.use(await startGateway(gatewayOptions(subject, layout))),
      client: stack.use(startLeanClient()),
    });
  }
  const run = (seconds: number) =>
    Promise.all(pairs.map(({ gateway, client }) => {
      const clients = subject.clientsPerWorker * layout.workers;
      const load: LeanLoad = { url: gateway.url, photoSize: subject.photoSize, clients, seconds };
      return client.ask<LeanResult>(load);
    }));
  await run(WARM_UP_SECONDS);
  const roles: Roles = Object.fromEntries(pairs.flatMap(({ gateway, client }, index) => [
    [`gateway ${index}`, gateway.pid],
    [`client ${index}`, client.pid],
  ]));
  const before = await sampleCpu(roles);
  const results = await run(subject.seconds);
  printRow(layout, { results, usage: cpuBetween(before, await sampleCpu(roles)) });
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

interface Measured {
  readonly results: readonly LeanResult[];
  readonly usage: Readonly<Record<string, RoleUsage>>;
}

function printRow({ processes, workers }: Layout, { results, usage }: Measured): void {
  const sum = (figure: (result: LeanResult) => number) =>
    results.reduce((total, result) => total + figure(result), 0);
  const photos = sum(({ requests }) => requests);
  const perSecond = sum(({ requestsPerSecond }) => requestsPerSecond);
  const ofRole = (role: string) =>
    Object.entries(usage).filter(([name]) => name.startsWith(role)).map(([, used]) => used);
  const gateways = ofRole("gateway");
  const cpuMs = gateways.reduce((total, used) => total + used.cpuMs, 0) / photos;
  const mainMs = gateways.reduce((total, { threads }) => total + (threads.main ?? 0), 0) / photos;
  // How much of the time the fullest main thread and the fullest client ran.
  const busy = (used: readonly RoleUsage[]) =>
    Math.max(...used.map(({ threads }) => threads.main ?? 0)) * perSecond / photos / 10;
  const cells = [
    `${processes} x ${workers}`.padEnd(8),
    perSecond.toFixed(0).padStart(8),
    Math.max(...results.map(({ p50 }) => p50)).toFixed(1).padStart(8),
    Math.max(...results.map(({ p99 }) => p99)).toFixed(1).padStart(8),
    cpuMs.toFixed(3).padStart(10),
    mainMs.toFixed(3).padStart(10),
    `${busy(gateways).toFixed(0)} %`.padStart(10),
    `${busy(ofRole("client")).toFixed(0)} %`.padStart(9),
    String(sum(({ failures }) => failures)).padStart(8),
  ];
  console.log(cells.join(""));
}

async function main({ values }: Parsed<typeof PROGRAM>): Promise<void> {
  const layouts = parseLayouts(values.layouts);
  const engine = oneOf("engine", values.engine, ["embedded", "triton"]);
  await using stack = new AsyncDisposableStack();
  const subject: Subject = {
    model: values.model,
    tritonUrl: values.triton ??
      (engine === "triton" ? await startTritonFor(values.model, stack) : undefined),
    repository: values.repository,
    photoSize: oneOf("size", values.size, PHOTO_SIZE_NAMES),
    clientsPerWorker: positive("clients", values.clients),
    seconds: positive("seconds", values.seconds),
  };
  console.log(
    "layout     req/s     p50     p99 ms   CPU ms   main ms   main busy   client  failed",
  );
  for (const layout of layouts) await measure(subject, layout);
}

/** A Triton with one model without weights, for as long as the benchmark runs; its gRPC address. */
async function startTritonFor(model: string, stack: AsyncDisposableStack): Promise<string> {
  const repository = stack.use(await TestRepository.create([{ source: model }]));
  const triton = stack.use(await startTriton({ repository: repository.path }));
  return triton.grpcUrl;
}

if (import.meta.main) await runProgram(PROGRAM, main);
