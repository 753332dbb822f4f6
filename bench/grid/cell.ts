/** Measures one cell: counters are read before and after, warm-up is over by then. */
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { RoleUsage } from "../processes/cpu.ts";
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
  await generator.call("prepare", { way, target, photoSize, batch, pattern, limits });
  const counters = () =>
    statistics === undefined ? undefined : readTritonCounters(statistics.url, statistics.model);
  await link.call("reset");
  const tritonBefore = await counters();
  const { figures: load, usage } = await generator.runMeasured(roles);
  const tritonAfter = await counters();
  const traffic = await link.call("traffic");
  await generator.call("finish");
  // Requests that share a connection cannot be told apart on the link.
  const isSeen = way !== "triton-grpc" || pattern.clients === 1;
  const stagesMs = isSeen ? stageMeans(load, traffic) : undefined;
  const triton = tritonBefore && tritonAfter && tritonShare(tritonBefore, tritonAfter);
  const { requests, images, errors, cutOff, seconds, imagesPerSecond, latencyMs } = load;
  const { total: _total, ...serverMs } = load.serverMs;
  return {
    series: series.id,
    ...{ photoSize, batch, pattern, round },
    ...{ requests, images, errors, cutOff, seconds, imagesPerSecond, latencyMs },
    ...(stagesMs === undefined ? {} : { stagesMs }),
    serverMs,
    ...(triton === undefined ? {} : { triton }),
    bytes: {
      payloadUp: load.payloadBytesUp,
      payloadDown: load.payloadBytesDown,
      wireUp: traffic.bytesUp / requests,
      wireDown: traffic.bytesDown / requests,
    },
    usage: perImage(usage, [...ALWAYS, ...series.roles], images),
  };
}

/** Processor time an image, of the roles that worked for it. */
function perImage(
  usage: Readonly<Record<string, RoleUsage>>,
  roles: readonly string[],
  images: number,
): Record<string, RoleUsage> {
  return Object.fromEntries(roles.flatMap((role) => {
    const one = usage[role];
    if (one === undefined) return [];
    const { residentMiB, cpuMs } = one;
    const threads = Object.entries(one.threads).map(([name, ms]) => [name, ms / images]);
    return [[role, { cpuMs: cpuMs / images, residentMiB, threads: Object.fromEntries(threads) }]];
  }));
}
