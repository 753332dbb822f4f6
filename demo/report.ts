/** The demo's tables. */
import type { EmbeddedPhoto, PhotoGroup } from "./grouping.ts";

/** One photo's round trip. */
export interface Exchange extends EmbeddedPhoto {
  readonly ms: number;
  readonly photoBytes: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** Head of the table of photos. */
export function photoTableHead(): string {
  return [
    "photo                       ms     photo   request     reply",
    "──────────────────────  ──────  ────────  ────────  ────────",
  ].join("\n");
}

/** One photo's line: milliseconds at the client and bytes on the wire. */
export function photoLine(exchange: Exchange): string {
  const { name, ms, photoBytes, bytesOut, bytesIn } = exchange;
  const bytes = [photoBytes, bytesOut, bytesIn].map((count) => kilobytes(count).padStart(8));
  return [name.padEnd(22), ms.toFixed(1).padStart(6), ...bytes].join("  ");
}

/** The groups that hold more than one photo. */
export function groupTable(groups: readonly PhotoGroup[]): string {
  const lines = groups.filter(({ names }) => names.length > 1).map(({ names, weakestLink }) => {
    const [first = "", ...copies] = [...names].sort();
    const prefix = `${first}_`;
    const shown = copies.map((copy) => copy.startsWith(prefix) ? copy.slice(prefix.length) : copy);
    return `  ${first.padEnd(12)} = ${shown.join(", ").padEnd(28)}  cosine ≥ ${
      weakestLink.toFixed(3)
    }`;
  });
  return ["Near-duplicates found", ...lines].join("\n");
}

/** What the summary is made of. */
export interface DemoSummary {
  readonly exchanges: readonly Exchange[];
  readonly groups: readonly PhotoGroup[];
  readonly threshold: number;
  /** Largest cosine of two photos of different groups. */
  readonly nearestMiss: number;
  /** Bytes of one photo as a tensor. */
  readonly tensorBytes: number;
}

/** The closing lines: groups, time, and what tensors would have weighed. */
export function summary(parts: DemoSummary): string {
  const { exchanges, groups, threshold, nearestMiss, tensorBytes } = parts;
  const count = exchanges.length;
  const sorted = exchanges.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = sorted[Math.floor(count / 2)] ?? 0;
  const sent = exchanges.reduce((sum, { photoBytes }) => sum + photoBytes, 0);
  const tensors = count * tensorBytes;
  return [
    `${count} photos, ${groups.length} pictures; threshold ${threshold}` +
    (groups.length > 1 ? `, nearest different pictures at cosine ${nearestMiss.toFixed(3)}` : ""),
    `Median ${median.toFixed(1)} ms a photo, one at a time`,
    `Sent ${megabytes(sent)} of JPEGs; as FP32 tensors they would have weighed ` +
    `${megabytes(tensors)}, ${(tensors / sent).toFixed(0)} times as much`,
  ].join("\n");
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
