/** A result of the benchmark, as it stands in `bench/results/*.json`. Milliseconds and bytes unless a name says otherwise. */
import type { LinkAccuracy } from "../link/accuracy.ts";
import type { LoadPattern } from "../load/loop.ts";
import type { PhotoSize } from "../photos/photo_set.ts";
import type { RoleUsage } from "../processes/cpu.ts";
import type { Machine } from "../processes/machine.ts";
import type { TritonShare } from "../processes/triton_statistics.ts";
import type { ColdStart } from "../studies/cold_start.ts";
import type { MicroRow } from "../studies/micro.ts";
import type { ScalingStudy } from "../studies/scaling.ts";
import type { SizeCost } from "../studies/photo_sizes.ts";
import type { Summary } from "../timing/statistics.ts";
import type { WayName } from "../ways/registry.ts";

/** Changes when readers of older files would misread newer ones. */
export const RESULT_SCHEMA = 1;

/** A way to one server. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly way: WayName;
  readonly sends: "tensor" | "jpeg";
}

/**
 * Stages of a request's road, in order, each between two stamps. Stamps of the client and of the link come from
 * different processes with one clock; `server` is the link's view of it, from the last byte of the request written to
 * the first byte of the reply read.
 */
export const STAGES = [
  "wait",
  "encode",
  "send",
  "up",
  "server",
  "down",
  "receive",
  "decode",
] as const;

/** Name of a stage. */
export type Stage = (typeof STAGES)[number];

/** One cell of the grid. */
export interface Cell {
  readonly series: string;
  readonly photoSize: PhotoSize;
  readonly batch: number;
  readonly pattern: LoadPattern;
  /** Which of several runs of the same cell. */
  readonly round: number;
  readonly requests: number;
  readonly images: number;
  /** Failed requests by message; none are left out of the count. */
  readonly errors: Readonly<Record<string, number>>;
  /** Requests not answered when the time was up. */
  readonly cutOff: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly latencyMs: Summary;
  /** Means; absent where the link did not see exactly the requests that the client sent. */
  readonly stagesMs?: Readonly<Record<Stage, number>>;
  /** What the server says of itself, by its own stamps; parts of the stage `server`. */
  readonly serverMs: Readonly<Record<string, number>>;
  readonly triton?: TritonShare;
  /** A request's, means: bodies as the client made them, and everything the link carried. */
  readonly bytes: {
    readonly payloadUp: number;
    readonly payloadDown: number;
    readonly wireUp: number;
    readonly wireDown: number;
  };
  /** By role: what each process and its threads used, an image; memory at the end. */
  readonly usage: Readonly<Record<string, RoleUsage>>;
}

/** A cell that was not run, and why. */
export interface SkippedCell {
  readonly series: string;
  readonly batch: number;
  readonly clients: number;
  readonly reason: string;
}

/** How alike the embeddings of two ways are. */
export interface Agreement {
  readonly series: string;
  /** Smallest cosine over the photos compared, with the first series. */
  readonly cosineMin: number;
}

/** Everything one run found out. */
export interface BenchResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly name: string;
  readonly startedAt: string;
  readonly seconds: number;
  /** False when the run was stopped before its end. */
  readonly isComplete: boolean;
  readonly commit: string;
  readonly command: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly model: string;
  /** Who computed for the gateway, and which way tensors went there. */
  readonly gatewayEngine: string;
  readonly link: { readonly name: string } & LinkAccuracy;
  readonly photos: {
    readonly size: PhotoSize;
    readonly count: number;
    readonly jpegBytesMean: number;
  };
  readonly series: readonly Series[];
  readonly cells: readonly Cell[];
  readonly skipped: readonly SkippedCell[];
  readonly agreement: readonly Agreement[];
  readonly coldStart: readonly ColdStart[];
  readonly micro: readonly MicroRow[];
  readonly scaling?: ScalingStudy;
  readonly photoSizes: readonly SizeCost[];
}

/** Requests in flight of a cell; none for a rate. */
export function clientsOf({ pattern }: Pick<Cell, "pattern">): number | undefined {
  return pattern.kind === "closed" ? pattern.clients : undefined;
}
