/** What the load generator is told, and what it tells. */
import type { PhotoSize } from "../photos/photo_set.ts";
import type { Summary } from "../timing/statistics.ts";
import type { WayName } from "../ways/registry.ts";
import type { WayTarget } from "../ways/way.ts";
import type { LoadPattern, LoopLimits } from "./loop.ts";

/** One load on one server. */
export interface LoadJob {
  readonly way: WayName;
  readonly target: WayTarget;
  readonly photoSize: PhotoSize;
  /** Photos in a request. */
  readonly batch: number;
  readonly pattern: LoadPattern;
  readonly limits: LoopLimits;
}

/** Means over all good requests of what happened in the client; the parts are contiguous. */
export interface ClientStages {
  /** From when a request was due to when it was begun: zero in a closed loop. */
  readonly wait: number;
  /** Building the body. */
  readonly encode: number;
  /** From the body to the whole reply. */
  readonly exchange: number;
  /** Parsing the reply. */
  readonly decode: number;
}

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

/** Commands of the generator: `prepare` opens and warms up the connections, `run` loads, `finish` closes them. */
export type LoadCommand =
  | { readonly command: "prepare"; readonly job: LoadJob }
  | { readonly command: "run" }
  | { readonly command: "embed"; readonly photos: number }
  | { readonly command: "finish" };

/** Its answers, by command. */
export interface LoadAnswers {
  readonly prepare: PreparedPhotos;
  readonly run: LoadResult;
  /** Embeddings of the first photos, one by one. */
  readonly embed: { readonly embeddings: readonly (readonly number[])[] };
  readonly finish: Record<never, never>;
}
