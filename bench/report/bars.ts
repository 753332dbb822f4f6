/** Horizontal bars, whole or in pieces, with their values. */
import { element, label, picture, short, ticks } from "./svg.ts";

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly pieces: readonly { readonly value: number; readonly color: string }[];
  /** Written behind the bar. */
  readonly note: string;
}

/** A picture of bars. */
export interface BarChart {
  readonly description: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
  /** Bars that are longer are cut off there, and say so. */
  readonly valueMax?: number;
  /** Names of the colours. */
  readonly legend?: readonly { readonly label: string; readonly color: string }[];
}

const WIDTH = 920;
const LEFT = 215;
const RIGHT = 190;
const ROW = 36;
const THICKNESS = 24;
const LEGEND_ROW = 22;
const LEGEND_COLUMN = 228;

/** Draws the chart. */
export function barChart(chart: BarChart): string {
  const { bars, legend = [] } = chart;
  const perRow = Math.floor(WIDTH / LEGEND_COLUMN);
  const top = 30 + Math.ceil(legend.length / perRow) * LEGEND_ROW;
  const bottom = top + bars.length * ROW;
  const values = ticks(chart.valueMax ?? Math.max(...bars.map(total)));
  const valueMax = values.at(-1) ?? 1;
  const scale = (WIDTH - LEFT - RIGHT) / valueMax;
  const at = (value: number) => LEFT + Math.min(value, valueMax) * scale;
  return picture(
    { width: WIDTH, height: bottom + 30 },
    chart.description,
    ...legend.map((entry, index) => legendEntry(entry, index, perRow)),
    ...values.flatMap((value) => [
      element("line", { x1: at(value), x2: at(value), y1: top, y2: bottom, class: "grid" }),
      label(at(value), bottom + 18, { text: short(value), class: "tick", "text-anchor": "middle" }),
    ]),
    label(WIDTH - RIGHT + 40, bottom + 18, { text: chart.unit, class: "tick" }),
    ...bars.flatMap((bar, row) => drawBar(bar, top + row * ROW, at)),
  );
}

function drawBar(bar: Bar, y: number, at: (value: number) => number): string[] {
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
    ...(isCut ? [cutMark(at(sum) - 30, y)] : []),
    label(at(sum) + 8, middle, { text: bar.note, class: "value" }),
  ];
}

/** Two slanted gaps: this bar goes on for longer than there is room. */
function cutMark(x: number, y: number): string {
  const gap = (left: number) => `M${left} ${y + ROW - 4} l10 ${8 - ROW} h6 l-10 ${ROW - 8} z`;
  return element("path", { d: gap(x) + gap(x + 12), fill: "#ffffff" });
}

function legendEntry(
  entry: { readonly label: string; readonly color: string },
  index: number,
  perRow: number,
): string {
  const x = (index % perRow) * LEGEND_COLUMN + 4;
  const y = Math.floor(index / perRow) * LEGEND_ROW + 4;
  return element("rect", { x, y, width: 14, height: 14, fill: entry.color }) +
    label(x + 20, y + 12, { text: entry.label, class: "legend" });
}

function total({ pieces }: Bar): number {
  return pieces.reduce((sum, { value }) => sum + value, 0);
}
