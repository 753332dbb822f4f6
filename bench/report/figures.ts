/** Figures that several parts of the report need, picked out of a result. */
import {
  type BenchResult,
  type Cell,
  type CellChoice,
  type Series,
  type Stage,
  STAGES,
} from "./result.ts";

/** All rounds of a cell that have a good request. */
export function roundsOf(result: BenchResult, choice: CellChoice): Cell[] {
  return result.cells.filter((cell) =>
    cell.series === choice.series && cell.batch === choice.batch &&
    cell.pattern.clients === choice.clients && cell.requests > 0
  );
}

/** A cell; of several rounds the one in the middle. */
export function cellOf(result: BenchResult, choice: CellChoice): Cell | undefined {
  const rounds = roundsOf(result, choice).sort((a, b) => a.latencyMs.p50 - b.latencyMs.p50);
  return rounds[Math.floor((rounds.length - 1) / 2)];
}

/** One image, one request at a time. */
export function soloOf(result: BenchResult, series: string): Cell | undefined {
  return cellOf(result, { series, batch: 1, clients: 1 });
}

/** Series with their solo cells, in order; those without one are left out. */
export function soloCells(
  result: BenchResult,
): { readonly series: Series; readonly cell: Cell }[] {
  return result.series.flatMap((series) => {
    const cell = soloOf(result, series.id);
    return cell === undefined ? [] : [{ series, cell }];
  });
}

/** Milliseconds of the stages together. */
export function stageSum(stagesMs: Readonly<Record<Stage, number>>): number {
  return STAGES.reduce((sum, stage) => sum + stagesMs[stage], 0);
}

/** What a request cannot be faster than: round trip, its bytes on the line, the model. */
export function floorMs(result: BenchResult, cell: Cell): number {
  const { rttMs, mbitPerSecond } = result.link;
  const bytes = cell.bytes.wireUp + cell.bytes.wireDown;
  return rttMs + (mbitPerSecond === null ? 0 : bytes / (mbitPerSecond * 125)) + modelMs(cell);
}

/** Processor time an image of all servers together; absent where nobody could read it. */
export function serverCpuMs({ usage }: Cell): number | undefined {
  const servers = ["gateway", "triton", "python"].flatMap((role) => usage[role] ?? []);
  return servers.length === 0 ? undefined : servers.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** The model's own time, as whoever ran it says. */
export function modelMs(cell: Cell): number {
  return cell.triton?.partsMs.compute_infer ?? cell.serverMs.infer ?? 0;
}

/** The fastest way of a kind, one image at a time. */
export function fastest(
  result: BenchResult,
  matches: (series: Series) => boolean,
): { readonly series: Series; readonly cell: Cell } | undefined {
  return soloCells(result).filter(({ series }) => matches(series))
    .sort((a, b) => a.cell.latencyMs.p50 - b.cell.latencyMs.p50)[0];
}

/** Most images a second of a kind of ways, with a batch size and a number of requests in flight. */
export function bestThroughput(
  result: BenchResult,
  matches: (series: Series) => boolean,
  choice: Omit<CellChoice, "series">,
): Cell | undefined {
  return result.series.filter(matches)
    .flatMap(({ id }) => cellOf(result, { ...choice, series: id }) ?? [])
    .sort((a, b) => b.imagesPerSecond - a.imagesPerSecond)[0];
}

/** Whether a series goes through the gateway. */
export function isGateway({ way }: Series): boolean {
  return way.startsWith("gateway");
}

/** Whether a series sends tensors. */
export function isTensor({ sends }: Series): boolean {
  return sends === "tensor";
}
