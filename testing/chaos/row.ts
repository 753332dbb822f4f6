/** A line of the table, and its breaches. */

/** Resident memory of the gateway around a load, MiB. */
export interface MemoryFigures {
  readonly before: number;
  readonly max: number;
  readonly after: number;
}

/** What came of a scenario. */
export interface Row {
  readonly scenario: string;
  /** Good replies a second; NaN where none are asked for. */
  readonly goodputPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly rssMib: MemoryFigures;
  /** Good requests that were sent and never answered. */
  readonly lost: number;
  /** Good replies with another embedding than when nothing else went on. */
  readonly wrong: number;
  /** Of good requests: status and code, how often. */
  readonly codes: Readonly<Record<string, number>>;
  /** Rules that were broken, in words; none is a pass. */
  readonly breaches: readonly string[];
  /** What else is worth knowing. */
  readonly notes: readonly string[];
}

/** A row that nothing is known of. */
export const NOTHING: Row = {
  scenario: "",
  goodputPerSecond: NaN,
  p50Ms: NaN,
  p99Ms: NaN,
  rssMib: { before: NaN, max: NaN, after: NaN },
  lost: 0,
  wrong: 0,
  codes: {},
  breaches: [],
  notes: [],
};

/** A rule that was broken, in words, unless it holds. */
export function breach(holds: boolean, text: string): string[] {
  return holds ? [] : [text];
}

const HEADINGS = [
  ...["scenario", "good/s", "p50 ms", "p99 ms", "RSS MiB before/max/after", "lost", "wrong"],
  ...["codes", "verdict"],
];
/** Names and codes are to be read from the left, figures from the right. */
const LEFT = new Set([0, 7, 8]);

/** Lines of a table, its headings first; all columns but the given ones to the right. */
export function tableLines(
  table: readonly (readonly string[])[],
  left: ReadonlySet<number> = new Set([0]),
): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0))
  );
  return table.map((row) =>
    row.map((cell, column) =>
      left.has(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd()
  );
}

/** The table as text: each row's breaches and notes stand below it. */
export function formatRows(rows: readonly Row[]): string {
  const [headings, ...lines] = tableLines([HEADINGS, ...rows.map(cellsOf)], LEFT);
  return [
    headings,
    ...rows.flatMap((row, index) => [
      lines[index],
      ...row.breaches.map((text) => `    breach: ${text}`),
      ...row.notes.map((text) => `    ${text}`),
    ]),
  ].join("\n");
}

function cellsOf(row: Row): string[] {
  const { before, max, after } = row.rssMib;
  const codes = Object.entries(row.codes).sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${code}: ${count}`).join(", ");
  return [
    row.scenario,
    whole(row.goodputPerSecond),
    row.p50Ms < 10 ? row.p50Ms.toFixed(1) : whole(row.p50Ms),
    row.p99Ms < 10 ? row.p99Ms.toFixed(1) : whole(row.p99Ms),
    [before, max, after].map(whole).join("/"),
    String(row.lost),
    String(row.wrong),
    codes,
    row.breaches.length === 0 ? "ok" : "BREACH",
  ];
}

function whole(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : "-";
}
