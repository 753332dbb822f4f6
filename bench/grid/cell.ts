/** Measures one cell: counters are read before and after, warm-up is over by then. */
import type { PhotoSize } from "../photos/photo_set.ts";
import { cpuBetween, type RoleUsage, sampleCpu } from "../processes/cpu.ts";
import { readTritonCounters, tritonShare } from "../processes/triton_statistics.ts";
import type { Cell } from "../report/result.ts";
import type { DeployedSeries, Deployment } from "./deployment.ts";
import type { PlannedCell } from "./plan.ts";
import { stageMeans } from "./stages.ts";

/** Roles that every request uses. */
const ALWAYS: readonly string[] = ["generator", "link"];

/** Runs a cell of the plan. */
export async function runCell(
  deployment: Deployment,
  planned: PlannedCell,
  photoSize: PhotoSize,
): Promise<Cell> {
  const { generator, link, series: all, roles } = deployment;
  const { batch, pattern, limits, round } = planned;
  const series = all.find(({ id }) => id === planned.series.id) as DeployedSeries;
  const { way, target, statistics } = series;
  await generator.prepare({ way, target, photoSize, batch, pattern, limits });
  const counters = () =>
    statistics === undefined ? undefined : readTritonCounters(statistics.url, statistics.model);
  await link.reset();
  const tritonBefore = await counters();
  const cpuBefore = await sampleCpu(roles);
  const load = await generator.run();
  const usage = cpuBetween(cpuBefore, await sampleCpu(roles));
  const tritonAfter = await counters();
  const traffic = await link.traffic();
  await generator.finish();
  const stagesMs = stageMeans(load, traffic);
  const triton = tritonBefore && tritonAfter && tritonShare(tritonBefore, tritonAfter);
  const { total: _total, ...serverMs } = load.serverMs;
  return {
    series: series.id,
    photoSize,
    batch,
    pattern,
    round,
    requests: load.requests,
    images: load.images,
    errors: load.errors,
    cutOff: load.cutOff,
    seconds: load.seconds,
    imagesPerSecond: load.imagesPerSecond,
    latencyMs: load.latencyMs,
    ...(stagesMs === undefined ? {} : { stagesMs }),
    serverMs,
    ...(triton === undefined ? {} : { triton }),
    bytes: {
      payloadUp: load.payloadBytesUp,
      payloadDown: load.payloadBytesDown,
      wireUp: traffic.bytesUp / load.requests,
      wireDown: traffic.bytesDown / load.requests,
    },
    usage: perImage(usage, [...ALWAYS, ...series.roles], load.images),
  };
}

/** Processor time an image, of the roles that worked for it. */
function perImage(
  usage: Readonly<Record<string, RoleUsage>>,
  roles: readonly string[],
  images: number,
): Record<string, RoleUsage> {
  const scaled = roles.flatMap((role) => {
    const one = usage[role];
    if (one === undefined) return [];
    const threads = Object.entries(one.threads).map(([name, cpuMs]) => [name, cpuMs / images]);
    return [[role, {
      cpuMs: one.cpuMs / images,
      userMs: one.userMs / images,
      systemMs: one.systemMs / images,
      residentMiB: one.residentMiB,
      threads: Object.fromEntries(threads),
    }]];
  });
  return Object.fromEntries(scaled);
}
