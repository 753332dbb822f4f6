/** A result of the benchmark, as it stands in `bench/results/*.json`. Milliseconds and bytes unless a name says otherwise. */
import type { LinkAccuracy } from "../link/accuracy.ts";
import type { LoadResult, PreparedPhotos } from "../load/job.ts";
import type { ClosedPattern } from "../load/loop.ts";
import type { PhotoSize } from "../../testing/photo_set.ts";
import type { RoleUsage } from "../processes/cpu.ts";
import type { Machine } from "../processes/machine.ts";
import type { TritonShare } from "../processes/triton_statistics.ts";
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

/** What of a load stands in its cell. */
type CellFigures = Pick<
  LoadResult,
  "requests" | "images" | "errors" | "cutOff" | "seconds" | "imagesPerSecond" | "latencyMs"
>;

/** One cell of the grid. */
export interface Cell extends CellFigures {
  readonly series: string;
  readonly photoSize: PhotoSize;
  readonly batch: number;
  readonly pattern: ClosedPattern;
  /** Which of several runs of the same cell. */
  readonly round: number;
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

/** Which cell is meant. */
export interface CellChoice {
  readonly series: string;
  readonly batch: number;
  readonly clients: number;
}

/** A cell that was not run, and why. */
export interface SkippedCell extends CellChoice {
  readonly reason: string;
}

/** How alike the embeddings of two ways are. */
export interface Agreement {
  readonly series: string;
  /** Smallest cosine over the photos compared, with the first series. */
  readonly cosineMin: number;
}

/** What photos of one size, sent as they are, cost the gateway. */
export interface SizeCost {
  readonly photoSize: PhotoSize;
  readonly jpegBytesMean: number;
  readonly imagesPerSecond: number;
  /** Processor time of the gateway an image, all its threads. */
  readonly gatewayCpuMs: number;
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
  readonly photos: { readonly size: PhotoSize } & PreparedPhotos;
  readonly series: readonly Series[];
  readonly cells: readonly Cell[];
  readonly skipped: readonly SkippedCell[];
  readonly agreement: readonly Agreement[];
  readonly photoSizes: readonly SizeCost[];
}
