/** The README's picture: where a photo's time goes over a remote line, for a light page and for a dark one. */
import { barChart } from "./bars.ts";
import { soloCells } from "./figures.ts";
import type { BenchResult } from "./result.ts";
import { stackPieces } from "./segments.ts";
import { standalone, type ThemeName, THEMES } from "./standalone.ts";
import { short } from "./svg.ts";

/** Where the picture of a theme stands, from the root. */
export function bottleneckPath(theme: ThemeName): string {
  return `docs/bottleneck-${theme}.svg`;
}

/** Draws the picture as an SVG file: distance, bytes on the line and everything else of every way. */
export function bottleneckPicture(result: BenchResult, name: ThemeName): string {
  const { page, pieces: colors } = THEMES[name];
  const { link: { rttMs, mbitPerSecond }, photos: { size } } = result;
  const rows = soloCells(result);
  // Numbers as text take so long that beside them all others would look alike: their bar is cut.
  const others = rows.filter(({ series }) => series.way !== "triton-json")
    .map(({ cell }) => cell.latencyMs.mean);
  const rate = mbitPerSecond === null ? "" : ` and ${short(mbitPerSecond)} Mbit/s`;
  const svg = barChart({
    title: `Milliseconds for one photo of ${size} px, for a client ${short(rttMs)} ms${rate} away`,
    description: rows.map(({ series, cell }) => `${series.label}: ${short(cell.latencyMs.mean)} ms`)
      .join("; "),
    unit: "ms",
    background: page.background,
    ...(others.length === 0 ? {} : { valueMax: Math.max(...others) }),
    legend: [
      { label: "distance: the round trip", color: colors.distance },
      { label: "bytes on the line", color: colors.bytes },
      { label: "client, server and model", color: colors.work },
    ],
    bars: rows.map(({ series, cell }) => {
      const pieces = stackPieces(cell, rttMs);
      const of = (...segments: readonly string[]) =>
        pieces.filter(({ segment }) => segments.includes(segment))
          .reduce((sum, { ms }) => sum + ms, 0);
      const all = pieces.reduce((sum, { ms }) => sum + ms, 0);
      const [distance, bytes] = [of("distance"), of("up", "down")];
      return {
        label: series.label,
        pieces: [
          { value: distance, color: colors.distance },
          { value: bytes, color: colors.bytes },
          { value: all - distance - bytes, color: colors.work },
        ],
        note: `${short(cell.latencyMs.mean)} ms`,
      };
    }),
  });
  return standalone(svg, page);
}
