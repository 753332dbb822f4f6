/** A run from beginning to end: servers, grid, result. */
import { measureAgreement } from "./grid/agreement.ts";
import { runCell } from "./grid/cell.ts";
import { deploy, type Deployment } from "./grid/deployment.ts";
import { measurePhotoSizes } from "./grid/photo_sizes.ts";
import { planGrid, type PlannedCell } from "./grid/plan.ts";
import { warmUp } from "./grid/warm_up.ts";
import { measureLink } from "./link/accuracy.ts";
import { describeProfile } from "./link/profile.ts";
import { closedJob, failedRequests } from "./load/job.ts";
import type { BenchOptions } from "./options.ts";
import { describeCommit, describeMachine, withoutHosts } from "./processes/machine.ts";
import { type BenchResult, type Cell, RESULT_SCHEMA } from "./report/result.ts";

/** What a run is given. */
export interface RunContext {
  readonly options: BenchOptions;
  /** The command line as typed, for the record. */
  readonly args: readonly string[];
  readonly apiKey: string | undefined;
  /** Ends the run after the current cell. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

/** Head of the lines that follow. */
const CELL_HEAD =
  "way                            batch  load      p50 ms   p95 ms  images/s  errors";

/** With photos of a size. */
const SIZE_SECONDS = 4;

/** Runs everything that the options ask for; a stopped run gives what it has. */
export async function runBenchmark(context: RunContext): Promise<BenchResult> {
  const { options, args, signal } = context;
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const grid = await runGrid(context);
  return {
    schema: RESULT_SCHEMA,
    name: options.name,
    startedAt,
    seconds: Math.round((performance.now() - started) / 1000),
    isComplete: !signal.aborted,
    commit: await describeCommit(),
    command: ["deno task bench", withoutHosts(args)].join(" ").trim(),
    machine: await describeMachine(),
    model: options.model,
    ...grid,
  };
}

/** Everything that needs all servers at once. */
async function runGrid(context: RunContext) {
  const { options, apiKey, print, signal } = context;
  const { photoSize, link } = options;
  print(describeProfile(link));
  await using deployment = await deploy({ ...options, apiKey, report: print });
  const { series, versions, gatewayEngine } = deployment;
  const accuracy = await measureLink(deployment.link);
  const photos = await preparePhotos(deployment, options);
  print("warming up");
  await warmUp(deployment, { photoSize, secondsMax: options.cellSeconds });
  const agreement = await measureAgreement(deployment, photoSize);
  const plan = planGrid({ ...options, series, jpegBytesMean: photos.jpegBytesMean }, link);
  const cells = await runCells(context, deployment, plan.cells);
  return {
    versions: { deno: Deno.version.deno, ...versions },
    gatewayEngine,
    link: { name: link.name, ...accuracy },
    photos: { size: photoSize, ...photos },
    series: series.map(({ id, label, way, sends }) => ({ id, label, way, sends })),
    cells,
    skipped: plan.skipped,
    agreement,
    photoSizes: options.withPhotoSizes && !signal.aborted
      ? await measurePhotoSizes(deployment, SIZE_SECONDS)
      : [],
  };
}

/** Makes the photos before anything is timed, and tells how large they are. */
async function preparePhotos({ generator, series: [first] }: Deployment, options: BenchOptions) {
  if (first === undefined) throw new Error("Cannot run a benchmark without any way");
  const { way, direct: target } = first;
  const { photoSize } = options;
  return await generator.call(
    "prepare",
    closedJob({ way, target, photoSize, clients: 1, seconds: 1 }),
  );
}

async function runCells(
  { options, print, signal }: RunContext,
  deployment: Deployment,
  planned: readonly PlannedCell[],
): Promise<Cell[]> {
  const cells: Cell[] = [];
  print(`${planned.length} cells\n\n${CELL_HEAD}`);
  for (const one of planned) {
    if (signal.aborted) break;
    const cell = await runCell(deployment, one, options.photoSize);
    cells.push(cell);
    print(cellLine(cell, one.series.label));
  }
  return cells;
}

/** One line for a cell that is finished. */
function cellLine(cell: Cell, label: string): string {
  const { batch, pattern, latencyMs, imagesPerSecond, cutOff } = cell;
  const failed = failedRequests(cell) + cutOff;
  return [
    label.slice(0, 30).padEnd(30),
    String(batch).padStart(5),
    `× ${pattern.clients}`.padEnd(6),
    latencyMs.p50.toFixed(1).padStart(9),
    latencyMs.p95.toFixed(1).padStart(7),
    imagesPerSecond.toFixed(1).padStart(8),
    String(failed).padStart(6),
  ].join("  ");
}
