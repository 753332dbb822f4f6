/** Where an embedding's time went, from outside in. */

/** A part of the time, and its own parts. */
export interface ProfileNode {
  readonly name: string;
  readonly ms: number;
  readonly parts: readonly ProfileNode[];
}

/** Less is rounding. */
const OTHER_MS_MIN = 0.05;

/** Reads a `Server-Timing` header (W3C): milliseconds by name. */
export function parseServerTiming(header: string | null): Record<string, number> {
  const entries = (header ?? "").split(",").flatMap((entry) => {
    const [, name, duration] = /^\s*([\w-]+)\s*;\s*dur=([\d.]+)/.exec(entry) ?? [];
    return name === undefined ? [] : [[name, Number(duration)] as const];
  });
  return Object.fromEntries(entries);
}

/**
 * The tree of one exchange: what the line took, and the gateway by its own clock, by the phases of its Server-Timing
 * header. A phase `infer_queue` is a part of `infer`.
 *
 * @param totalMs From the request's start to the reply's end, by the client's clock.
 */
export function profileTree(totalMs: number, header: string | null): ProfileNode {
  const { total, ...phases } = parseServerTiming(header);
  if (total === undefined) return { name: "round trip", ms: totalMs, parts: [] };
  const names = Object.keys(phases);
  const parentOf = (name: string) =>
    names.find((other) => name.startsWith(`${other}_`) || name.startsWith(`${other}-`));
  const node = (name: string): ProfileNode => ({
    name: name.slice(parentOf(name) === undefined ? 0 : `${parentOf(name)}_`.length),
    ms: phases[name] as number,
    parts: names.filter((other) => parentOf(other) === name).map(node),
  });
  const gateway = names.filter((name) => parentOf(name) === undefined).map(node);
  return {
    name: "round trip",
    ms: totalMs,
    parts: [
      { name: "line", ms: Math.max(0, totalMs - total), parts: [] },
      { name: "gateway", ms: total, parts: withOther(total, gateway) },
    ],
  };
}

function withOther(ms: number, parts: readonly ProfileNode[]): readonly ProfileNode[] {
  const other = ms - parts.reduce((sum, part) => sum + part.ms, 0);
  return parts.length === 0 || other < OTHER_MS_MIN
    ? parts
    : [...parts, { name: "other", ms: other, parts: [] }];
}

/** The tree as lines, a part a line. */
export function formatProfile(profile: ProfileNode): string {
  const lines: { readonly text: string; readonly ms: string }[] = [];
  const add = ({ name, ms, parts }: ProfileNode, depth: number) => {
    lines.push({ text: "  ".repeat(depth) + name, ms: ms.toFixed(2) });
    for (const part of parts) add(part, depth + 1);
  };
  add(profile, 0);
  const width = Math.max(...lines.map(({ text }) => text.length));
  const digits = Math.max(...lines.map(({ ms }) => ms.length));
  return lines.map(({ text, ms }) => `${text.padEnd(width)}  ${ms.padStart(digits)} ms`).join("\n");
}
