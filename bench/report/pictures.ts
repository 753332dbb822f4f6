/** The pictures of a report. */
import { barChart } from "./bars.ts";
import { cellOf, serverCpuMs, soloCells } from "./figures.ts";
import { type Line, lineChart } from "./lines.ts";
import { ROLE_COLORS, SEGMENTS, seriesColor } from "./palette.ts";
import type { BenchResult } from "./result.ts";
import { stackPieces } from "./segments.ts";
import { formatBytes, short } from "./svg.ts";

/** Where the time of one request goes, way by way. */
export function latencyPicture(result: BenchResult): string {
  const rows = soloCells(result);
  // A JSON tensor takes so long that next to it all others would look alike.
  const others = rows.filter(({ series }) => series.way !== "triton-json")
    .map(({ cell }) => cell.latencyMs.mean);
  return barChart({
    description: "Mean time of one request by stage, one image, one request at a time",
    unit: "ms",
    ...(others.length === 0 ? {} : { valueMax: Math.max(...others) }),
    legend: Object.values(SEGMENTS),
    bars: rows.map(({ series, cell }) => ({
      label: series.label,
      pieces: stackPieces(cell, result.link.rttMs).map(({ segment, ms }) => ({
        value: ms,
        color: SEGMENTS[segment].color,
      })),
      note: `${short(cell.latencyMs.mean)} ms`,
    })),
  });
}

/** What one image weighs on the line, both ways. */
export function bytesPicture(result: BenchResult): string {
  const rows = soloCells(result);
  const lightest = Math.min(...rows.map(({ cell }) => cell.bytes.wireUp));
  return barChart({
    description: "Bytes on the line for one image, request and reply",
    unit: "kB",
    legend: [
      { label: "request", color: SEGMENTS.up.color },
      { label: "reply", color: SEGMENTS.down.color },
    ],
    bars: rows.map(({ series, cell: { bytes } }) => ({
      label: series.label,
      pieces: [
        { value: bytes.wireUp / 1000, color: SEGMENTS.up.color },
        { value: bytes.wireDown / 1000, color: SEGMENTS.down.color },
      ],
      note: `${formatBytes(bytes.wireUp)}${
        bytes.wireUp > 2 * lightest ? `, ${short(Math.round(bytes.wireUp / lightest))} ×` : ""
      }`,
    })),
  });
}

/** Images a second over requests in flight, a picture for every batch size. */
export function throughputPictures(result: BenchResult): string[] {
  const batches = [...new Set(result.cells.map(({ batch }) => batch))].sort((a, b) => a - b);
  const clients = [...new Set(result.cells.map(({ pattern }) => pattern.clients))]
    .sort((a, b) => a - b);
  const most = Math.max(...result.cells.map(({ imagesPerSecond }) => imagesPerSecond));
  const full = fullLinkLine(result, clients, most);
  return batches.map((batch) => {
    const lines = result.series.map((series): Line => ({
      label: series.label,
      color: seriesColor(series),
      points: clients.flatMap((count) => {
        const cell = cellOf(result, { series: series.id, batch, clients: count });
        return cell === undefined ? [] : [{ x: count, y: cell.imagesPerSecond }];
      }),
    }));
    return lineChart({
      title: batch === 1 ? "1 image a request" : `${batch} images a request`,
      description: `Images a second over requests in flight, ${batch} images a request`,
      xLabel: "requests in flight",
      yLabel: "images/s",
      lines: [...lines, ...full],
      yMax: Math.max(most, ...full.flatMap(({ points }) => points.map(({ y }) => y))),
    });
  });
}

/** What the line could carry of JPEGs as they are, where that is within sight. */
function fullLinkLine(result: BenchResult, clients: readonly number[], most: number): Line[] {
  const { mbitPerSecond } = result.link;
  if (mbitPerSecond === null) return [];
  const y = (mbitPerSecond * 125_000) / result.photos.jpegBytesMean;
  if (y > 2 * most) return [];
  const color = seriesColor({ way: "gateway-raw" });
  const points = clients.map((x) => ({ x, y }));
  return [{ label: "line full", color, isDashed: true, points }];
}

/** Processor time an image, by process. */
export function cpuPicture(result: BenchResult): string {
  const rows = soloCells(result);
  const roles = Object.keys(ROLE_COLORS).filter((role) =>
    rows.some(({ cell }) => cell.usage[role] !== undefined)
  );
  return barChart({
    description: "Processor time for one image, by process",
    unit: "ms",
    legend: roles.map((role) => ({ label: roleLabel(role), color: ROLE_COLORS[role] as string })),
    bars: rows.map(({ series, cell }) => ({
      label: series.label,
      pieces: roles.map((role) => ({
        value: cell.usage[role]?.cpuMs ?? 0,
        color: ROLE_COLORS[role] as string,
      })),
      note: serverCpuMs(cell) === undefined ? "" : `servers ${short(serverCpuMs(cell) ?? 0)} ms`,
    })),
  });
}

function roleLabel(role: string): string {
  return role === "generator" ? "client (load generator)" : role;
}
