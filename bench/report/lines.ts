/** Lines over a few steps, such as throughput over concurrency. */
import { element, label, picture, short, ticks } from "./svg.ts";

/** One line. */
export interface Line {
  readonly label: string;
  readonly color: string;
  /** In order of x. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly isDashed?: boolean;
}

/** A picture of lines. */
export interface LineChart {
  readonly title: string;
  readonly description: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly Line[];
  /** A common top for several pictures. */
  readonly yMax?: number;
}

const WIDTH = 450;
const HEIGHT = 300;
const LEFT = 48;
const RIGHT = 76;
const TOP = 48;
const BOTTOM = 44;
/** Labels at the ends of lines stay this far apart. */
const LABEL_GAP = 14;

/** Draws the chart, from the first step to the last. */
export function lineChart(chart: LineChart): string {
  const points = chart.lines.flatMap((line) => line.points);
  const steps = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const values = ticks(chart.yMax ?? Math.max(0, ...points.map(({ y }) => y)));
  const [first = 0, last = first] = [steps[0], steps.at(-1)];
  const x = (value: number) =>
    LEFT + ((value - first) / Math.max(1, last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) =>
    HEIGHT - BOTTOM - (value / (values.at(-1) ?? 1)) * (HEIGHT - TOP - BOTTOM);
  return picture(
    { width: WIDTH, height: HEIGHT },
    chart.description,
    label(LEFT - 40, 16, { text: chart.title, class: "title" }),
    ...values.flatMap((value) => [
      element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: "grid" }),
      label(LEFT - 6, y(value) + 4, { text: short(value), class: "tick", "text-anchor": "end" }),
    ]),
    ...steps.map((step) =>
      label(x(step), HEIGHT - BOTTOM + 18, {
        text: String(step),
        class: "tick",
        "text-anchor": "middle",
      })
    ),
    label((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, {
      text: chart.xLabel,
      class: "tick",
      "text-anchor": "middle",
    }),
    label(LEFT - 40, TOP - 14, { text: chart.yLabel, class: "tick" }),
    ...chart.lines.map((line) => drawLine(line, x, y)),
    ...endLabels(chart.lines, x, y),
  );
}

function drawLine(line: Line, x: (value: number) => number, y: (value: number) => number): string {
  const path = line.points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
  const stroke = element("polyline", {
    points: path.join(" "),
    fill: "none",
    stroke: line.color,
    "stroke-width": line.isDashed ? 1.5 : 2.5,
    "stroke-dasharray": line.isDashed ? "5 4" : undefined,
  });
  if (line.isDashed) return stroke;
  return stroke +
    line.points.map((point) =>
      element("circle", { cx: x(point.x), cy: y(point.y), r: 3.5, fill: line.color })
    ).join("");
}

/** The last value of every line, moved apart where they would cover each other. */
function endLabels(
  lines: readonly Line[],
  x: (value: number) => number,
  y: (value: number) => number,
): string[] {
  const ends = lines.flatMap((line) => {
    const last = line.points.at(-1);
    return last === undefined ? [] : [{ line, last, top: y(last.y) + 4 }];
  }).sort((a, b) => b.top - a.top);
  let limit = Infinity;
  return ends.map(({ line, last, top }) => {
    limit = Math.min(top, limit - LABEL_GAP);
    const text = line.isDashed ? line.label : short(last.y);
    return label(x(last.x) + 7, limit, { text, class: "end", fill: line.color });
  });
}
