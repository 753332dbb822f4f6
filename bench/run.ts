/** A run from beginning to end: servers, grid, studies, result. */
import { measureAgreement } from "./grid/agreement.ts";
import { runCell } from "./grid/cell.ts";
import { deploy, type Deployment } from "./grid/deployment.ts";
import { planGrid } from "./grid/plan.ts";
import { CELL_HEAD, cellLine, formatSeconds, secondsOf } from "./grid/progress.ts";
import { isSameCell, UnfinishedRun } from "./grid/unfinished.ts";
import { warmUp } from "./grid/warm_up.ts";
import { type LinkAccuracy, measureLink } from "./link/accuracy.ts";
import { describeProfile, LINK_PROFILES, type LinkProfile } from "./link/profile.ts";
import type { PreparedPhotos } from "./load/job.ts";
import type { BenchOptions } from "./options.ts";
import { createPhotos } from "./photos/photo_set.ts";
import { describeCommit, describeMachine, withoutHosts } from "./processes/machine.ts";
import { type BenchResult, type Cell, RESULT_SCHEMA, type SkippedCell } from "./report/result.ts";
import { measureColdStarts } from "./studies/cold_start.ts";
import { measureForms, MICRO_BATCH } from "./studies/micro.ts";
import { measurePhotoSizes, type SizeCost } from "./studies/photo_sizes.ts";
import { studyScaling } from "./studies/scaling.ts";
import { ModelFolder } from "../models/repository/model_folder.ts";

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

/** Four GPUs of 8.4 ms an image, and fewer; batches cost nothing of their own. */
const SIMULATION = { gpus: [1, 2, 4], msPerImage: 8.4, msPerBatch: 0, batchMax: 8 };
const STUDY_SECONDS = 4;

/** Runs everything that the options ask for; a stopped run gives what it has. */
export async function runBenchmark(context: RunContext): Promise<BenchResult> {
  const { options, args, signal } = context;
  const started = performance.now();
  const startedAt = new Date().toISOString();
  const grid = await runGrid(context);
  const studies = await runStudies(context, grid);
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
    ...grid.facts,
    cells: grid.cells,
    skipped: grid.skipped,
    agreement: grid.agreement,
    photoSizes: grid.photoSizes,
    ...studies,
  };
}

type GridFacts = Pick<
  BenchResult,
  "versions" | "gatewayEngine" | "link" | "photos" | "series"
>;

interface GridOutcome {
  readonly facts: GridFacts;
  readonly cells: readonly Cell[];
  readonly skipped: readonly SkippedCell[];
  readonly agreement: BenchResult["agreement"];
  readonly photoSizes: readonly SizeCost[];
  readonly hasTriton: boolean;
}

/** Everything that needs all servers at once. */
async function runGrid(context: RunContext): Promise<GridOutcome> {
  const { options, apiKey, print, signal } = context;
  print(describeProfile(options.link));
  await using deployment = await deploy({ ...options, apiKey, report: print });
  const accuracy = await measureLink(deployment.link);
  const photos = await preparePhotos(deployment, options);
  print("warming up");
  await warmUp(deployment, { photoSize: options.photoSize, secondsMax: options.cellSeconds });
  const agreement = await measureAgreement(deployment, options.photoSize);
  const plan = planGrid(
    { ...options, series: deployment.series, jpegBytesMean: photos.jpegBytesMean },
    options.link,
  );
  const cells = await runCells(context, deployment, plan.cells);
  const photoSizes = options.studies.includes("photo-sizes") && !signal.aborted
    ? await measurePhotoSizes(deployment, STUDY_SECONDS)
    : [];
  return {
    facts: gridFacts({ deployment, accuracy, photos, options }),
    cells,
    skipped: plan.skipped,
    agreement,
    photoSizes,
    hasTriton: deployment.roles.triton !== undefined,
  };
}

function gridFacts(
  { deployment, accuracy, photos, options }: {
    readonly deployment: Deployment;
    readonly accuracy: LinkAccuracy;
    readonly photos: PreparedPhotos;
    readonly options: BenchOptions;
  },
): GridFacts {
  return {
    versions: { deno: Deno.version.deno, ...deployment.versions },
    gatewayEngine: deployment.gatewayEngine,
    link: { name: options.link.name, ...accuracy },
    photos: { size: options.photoSize, ...photos },
    series: deployment.series.map(({ id, label, way, sends }) => ({ id, label, way, sends })),
  };
}

/** Makes the photos before anything is timed, and tells how large they are. */
async function preparePhotos(
  { generator, series: [first] }: Deployment,
  { photoSize }: BenchOptions,
): Promise<PreparedPhotos> {
  if (first === undefined) throw new Error("Cannot run a benchmark without any way");
  const limits = { requestsMax: 1, secondsMax: 1, graceSeconds: 1 };
  return await generator.prepare({
    way: first.way,
    target: first.direct,
    photoSize,
    batch: 1,
    pattern: { kind: "closed", clients: 1 },
    limits,
  });
}

async function runCells(
  context: RunContext,
  deployment: Deployment,
  planned: ReturnType<typeof planGrid>["cells"],
): Promise<Cell[]> {
  const { options, args, print, signal } = context;
  const key = JSON.stringify([await describeCommit(), args.filter((arg) => arg !== "--resume")]);
  const unfinished = new UnfinishedRun(options.name, key);
  const earlier = options.resume ? await unfinished.read() : [];
  const cells = earlier.filter((cell) => planned.some((one) => isSameCell(cell, one)));
  await unfinished.begin(cells);
  const left = planned.filter((one) => !cells.some((cell) => isSameCell(cell, one)));
  const resumed = cells.length > 0 ? `, ${cells.length} from the run before` : "";
  print(`${planned.length} cells${resumed}, ${formatSeconds(secondsOf(left))}\n\n${CELL_HEAD}`);
  for (const [index, one] of left.entries()) {
    if (signal.aborted) return cells;
    const cell = await runCell(deployment, one, options.photoSize);
    cells.push(cell);
    await unfinished.add(cell);
    print(cellLine(cell, one.series.label, secondsOf(left.slice(index + 1))));
  }
  await unfinished.end();
  return cells;
}

type StudyResults = Pick<BenchResult, "coldStart" | "micro" | "scaling">;

/** Everything that wants the machine for itself. */
async function runStudies(context: RunContext, grid: GridOutcome): Promise<StudyResults> {
  const { options, signal, print } = context;
  const wants = (name: BenchOptions["studies"][number]) =>
    options.studies.includes(name) && !signal.aborted;
  const { model } = options;
  const micro = wants("micro") ? measureForms(await microPhotos(model)) : [];
  const coldStart = wants("cold-start")
    ? await measureColdStarts({
      model,
      withTriton: grid.hasTriton,
      withPython: options.pythonWorkers > 0,
      starts: options.coldStarts,
      signal,
      report: print,
    })
    : [];
  if (!wants("scaling")) return { coldStart, micro };
  const { jpegBytesMean } = grid.facts.photos;
  const scaling = await studyScaling({
    model,
    settings: SIMULATION,
    links: ["fast-wan", "wan"].map((name) => LINK_PROFILES[name] as LinkProfile),
    secondsPerPoint: STUDY_SECONDS,
    jpegBytesMean,
    signal,
    report: print,
  });
  return { coldStart, micro, scaling };
}

async function microPhotos(model: string) {
  const repository = new URL("../model_repository/", import.meta.url);
  const { preprocess } = await new ModelFolder(repository, model).manifest();
  return await createPhotos({ size: "224", withTensors: true, preprocess, count: MICRO_BATCH });
}
