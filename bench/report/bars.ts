/** Horizontal bars, whole or in pieces, with their values. */
import { element, label, picture, short, ticks } from "./svg.ts";

/** One bar. */
interface Bar {
  readonly label: string;
  readonly pieces: readonly { readonly value: number; readonly color: string }[];
  /** Written behind the bar. */
  readonly note: string;
}

/** A picture of bars. */
export interface BarChart {
  readonly description: string;
  /** Written above it, for a picture that stands alone. */
  readonly title?: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** Bars that are longer are cut off there, and say so. */
  readonly valueMax?: number;
  /** Names of the colours. */
  readonly legend?: readonly { readonly label: string; readonly color: string }[];
  /** What shows through a bar that is cut; white unless given. */
  readonly background?: string;
}

const WIDTH = 920;
const LEFT = 215;
const RIGHT = 190;
const ROW = 36;
const THICKNESS = 24;
const TITLE_ROW = 34;
const LEGEND_ROW = 22;
const LEGEND_COLUMN = 228;

/** Draws the chart. */
export function barChart(chart: BarChart): string {
  const { bars, title, legend = [], background = "#ffffff" } = chart;
  const perRow = Math.floor(WIDTH / LEGEND_COLUMN);
  const legendTop = title === undefined ? 4 : TITLE_ROW;
  const top = legendTop + 26 + Math.ceil(legend.length / perRow) * LEGEND_ROW;
  const bottom = top + bars.length * ROW;
  const values = ticks(chart.valueMax ?? Math.max(...bars.map(total)));
  const valueMax = values.at(-1) ?? 1;
  const scale = (WIDTH - LEFT - RIGHT) / valueMax;
  const at = (value: number) => LEFT + Math.min(value, valueMax) * scale;
  return picture(
    { width: WIDTH, height: bottom + 30 },
    chart.description,
    ...(title === undefined ? [] : [label(4, 18, { text: title, class: "title" })]),
    ...legend.map((entry, index) =>
      legendEntry(entry, {
        x: (index % perRow) * LEGEND_COLUMN + 4,
        y: Math.floor(index / perRow) * LEGEND_ROW + legendTop,
      })
    ),
    ...values.flatMap((value) => [
      element("line", { x1: at(value), x2: at(value), y1: top, y2: bottom, class: "grid" }),
      label(at(value), bottom + 18, { text: short(value), class: "tick", "text-anchor": "middle" }),
    ]),
    label(WIDTH - RIGHT + 40, bottom + 18, { text: chart.unit, class: "tick" }),
    ...bars.flatMap((bar, row) => drawBar(bar, top + row * ROW, { at, background })),
  );
}

function drawBar(
  bar: Bar,
  y: number,
  { at, background }: { readonly at: (value: number) => number; readonly background: string },
): string[] {
  const middle = y + ROW / 2 + 5;
  let sum = 0;
  const pieces = bar.pieces.map(({ value, color }) => {
    const x = at(sum);
    sum += value;
    const width = Math.max(0, at(sum) - x);
    return element("rect", {
      x,
      y: y + (ROW - THICKNESS) / 2,
      width,
      height: THICKNESS,
      fill: color,
    });
  });
  const isCut = at(sum) < at(0) + sum * (at(1) - at(0)) - 1;
  return [
    label(LEFT - 10, middle, { text: bar.label, class: "name", "text-anchor": "end" }),
    ...pieces,
    ...(isCut ? [cutMark(at(sum) - 30, y, background)] : []),
    label(at(sum) + 8, middle, { text: bar.note, class: "value" }),
  ];
}

/** Two slanted gaps: this bar goes on for longer than there is room. */
function cutMark(x: number, y: number, background: string): string {
  const gap = (left: number) => `M${left} ${y + ROW - 4} l10 ${8 - ROW} h6 l-10 ${ROW - 8} z`;
  return element("path", { d: gap(x) + gap(x + 12), fill: background });
}

function legendEntry(
  entry: { readonly label: string; readonly color: string },
  { x, y }: { readonly x: number; readonly y: number },
): string {
  return element("rect", { x, y, width: 14, height: 14, fill: entry.color }) +
    label(x + 20, y + 12, { text: entry.label, class: "legend" });
}

function total({ pieces }: Bar): number {
  return pieces.reduce((sum, { value }) => sum + value, 0);
}
