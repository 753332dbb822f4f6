/** A server loaded for a turn, so that several can take turns and all see the same machine. */
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { SenderName } from "../ways/registry.ts";
import type { WayTarget } from "../ways/way.ts";
import type { GeneratorProcess, MeasuredLoad } from "./generator_process.ts";
import { closedJob, failedRequests } from "./job.ts";

/** Who is loaded, and whose processor time counts. */
export interface TurnSubject {
  readonly way: SenderName;
  readonly target: WayTarget | string;
  readonly pid: number;
}

/** The load of a turn, a photo a request. */
export interface TurnLoad {
  readonly photoSize: PhotoSize;
  /** Requests in flight. */
  readonly clients: number;
  readonly seconds: number;
}

/** What came of it. */
export interface Turn {
  /** Those that went well. */
  readonly requests: number;
  readonly failures: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Processor time of all the server's processes, milliseconds a photo. */
  readonly cpuMs: number;
  readonly residentMiB: number;
}

/** Loads a server for one turn; tells how large the photos were, too. */
export async function takeTurn(
  generator: GeneratorProcess,
  { way, target, pid }: TurnSubject,
  load: TurnLoad,
): Promise<Turn & { readonly jpegBytesMean: number }> {
  const { jpegBytesMean } = await generator.call("prepare", closedJob({ ...load, way, target }));
  const measured = await generator.runMeasured({ server: pid });
  await generator.call("finish");
  return { ...turnOf(measured), jpegBytesMean };
}

/** The figures of a load with the role `server`. */
export function turnOf({ figures, usage: { server } }: MeasuredLoad): Turn {
  const { requests, imagesPerSecond, latencyMs: { p50, p99 } } = figures;
  return {
    requests,
    failures: failedRequests(figures) + figures.cutOff,
    requestsPerSecond: imagesPerSecond,
    p50,
    p99,
    cpuMs: (server?.cpuMs ?? NaN) / requests,
    residentMiB: server?.residentMiB ?? NaN,
  };
}
