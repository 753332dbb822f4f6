/** What the load generator is told, and what it tells. */
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { Summary } from "../timing/statistics.ts";
import type { SenderName } from "../ways/registry.ts";
import type { WayTarget } from "../ways/way.ts";
import type { LoadPattern, LoopLimits } from "./loop.ts";

/** One load on one server. */
export interface LoadJob {
  readonly way: SenderName;
  readonly target: WayTarget;
  readonly photoSize: PhotoSize;
  /** Photos in a request. */
  readonly batch: number;
  readonly pattern: LoadPattern;
  readonly limits: LoopLimits;
}

/**
 * Means over all good requests of what happened in the client: from when a request was due to when it was begun (zero
 * in a closed loop), building the body, and parsing the reply.
 */
type ClientStages = Readonly<Record<"wait" | "encode" | "decode", number>>;

/** How a load went. */
export interface LoadResult {
  /** Good requests, and their photos. */
  readonly requests: number;
  readonly images: number;
  /** Failed requests, by message. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests without an answer when time was up. */
  readonly cutOff: number;
  /** From the first request to the last good reply. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** From when requests were due to parsed replies. */
  readonly latencyMs: Summary;
  readonly clientStagesMs: ClientStages;
  /** Means of the `Server-Timing` header. */
  readonly serverMs: Readonly<Record<string, number>>;
  /** Means of bodies, a request. */
  readonly payloadBytesUp: number;
  readonly payloadBytesDown: number;
  /** Means, milliseconds since the epoch less `baseMs`: to be set against stamps of other processes. */
  readonly baseMs: number;
  readonly encodedAtMs: number;
  readonly receivedAtMs: number;
}

/** The photos of a job, told when they are made. */
export interface PreparedPhotos {
  readonly count: number;
  readonly jpegBytesMean: number;
}

/** What the generator can be asked to do. */
export interface LoadCommands {
  /** Makes photos where they are missing, opens connections and warms both ends up. */
  prepare(job: LoadJob): Promise<PreparedPhotos>;
  /** Runs the prepared job. */
  run(): Promise<LoadResult>;
  /** Embeddings of the first photos, one by one, for comparing ways. */
  embed(count: number): Promise<number[][]>;
  /** Closes the connections of the last job. */
  finish(): Promise<void>;
}

/** The plain case: a photo a request, from clients that each wait for their reply. */
export interface ClosedLoad extends Pick<LoadJob, "way" | "photoSize"> {
  readonly target: WayTarget | string;
  readonly clients: number;
  readonly seconds: number;
}

/** Longer than the slowest reply. */
const GRACE_SECONDS = 10;

/** The job of a closed loop that time alone ends. */
export function closedJob({ way, photoSize, target, clients, seconds }: ClosedLoad): LoadJob {
  return {
    way,
    target: typeof target === "string" ? { url: target, model: "" } : target,
    photoSize,
    batch: 1,
    pattern: { kind: "closed", clients },
    limits: {
      requestsMax: Number.MAX_SAFE_INTEGER,
      secondsMax: seconds,
      graceSeconds: GRACE_SECONDS,
    },
  };
}

/** Requests that failed, without those that were cut off. */
export function failedRequests({ errors }: Pick<LoadResult, "errors">): number {
  return Object.values(errors).reduce((sum, count) => sum + count, 0);
}
