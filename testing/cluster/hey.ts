/** hey, the load generator that sends as many requests as it has connections for. */
import type { Cluster } from "./cluster.ts";

/** What came of a load. */
export interface HeyReport {
  /** Of replies: status, how often. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests without a reply. */
  readonly errors: number;
  readonly perSecond: number;
  /** Of the slowest one among a hundred, milliseconds. */
  readonly p99Ms: number;
}

/** How much is sent. */
export interface HeyLoad {
  readonly url: string;
  /** Absolute path of the photo that is each request's body. */
  readonly photo: string;
  readonly connections: number;
  /** Either so many requests, or so many seconds. */
  readonly requests?: number;
  readonly seconds?: number;
}

/** Sends a load from beside the node. */
export async function hey(cluster: Cluster, load: HeyLoad): Promise<HeyReport> {
  const { url, photo, connections, requests, seconds } = load;
  const amount = requests === undefined ? ["-z", `${seconds}s`] : ["-n", String(requests)];
  const text = await cluster.machine.run("network", [
    ...["hey", ...amount, "-c", String(connections), "-t", "15", "-m", "POST"],
    ...["-T", "image/jpeg", "-D", photo, url],
  ]);
  return parseHey(text);
}

/** Reads what it prints at its end. */
export function parseHey(text: string): HeyReport {
  const [, statusLines = ""] = /Status code distribution:\n([^]*?)(?:\n\n|$)/.exec(text) ?? [];
  const [, errorLines = ""] = /Error distribution:\n([^]*)$/.exec(text) ?? [];
  const pairs = [...statusLines.matchAll(/\[(\d+)\]\s+(\d+) responses/g)];
  const errors = [...errorLines.matchAll(/^\s*\[(\d+)\]/gm)];
  const [, perSecond] = /Requests\/sec:\s+([\d.]+)/.exec(text) ?? [];
  const [, p99] = /99%\S* in ([\d.]+) secs/.exec(text) ?? [];
  return {
    statuses: Object.fromEntries(pairs.map(([, status, count]) => [status, Number(count)])),
    errors: errors.reduce((sum, [, count]) => sum + Number(count), 0),
    perSecond: Number(perSecond),
    p99Ms: Number(p99) * 1000,
  };
}
