/** What the gateway reports about itself: one method an event, behind which metrics and logs live together. */
import type { ErrorCode } from "../contract/catalogue.ts";

/** Stages of a request; their times are stamped at each hand-off, never derived by subtraction. */
export type Phase =
  | "body"
  | "parse"
  | "fetch"
  | "tokenize"
  | "cache"
  | "header"
  | "preprocess"
  | "batch"
  | "infer"
  | "shared"
  | "reply";

/** Stages, and steps so short that traces alone show them. */
export type Step = Phase | "admission" | "slot";

/** A request that was answered, or whose client left. */
export interface RequestAnswered {
  readonly requestId: string;
  /** The trace that it belongs to, if it does to one. */
  readonly traceId?: string;
  readonly route: string;
  /** Name of the served model; absent where the request had none to do with, such as a probe. */
  readonly model?: string;
  readonly method: string;
  readonly status: number;
  /** Absent for good replies. */
  readonly code?: ErrorCode;
  /** For `internal` and upstream errors: the log gets it, the client does not. */
  readonly cause?: unknown;
  readonly seconds: number;
  readonly bodyBytes: number;
  /** Images and texts. */
  readonly inputs: number;
  readonly phaseMs: Readonly<Partial<Record<Phase, number>>>;
}

/** A request that a full gateway refused at the door. */
export interface RequestRefused {
  readonly route: string;
  readonly code: ErrorCode;
}

/** How the cache answered for an input: known, being computed for somebody else, or to be computed. */
export type CacheResult = "hit" | "shared" | "miss";

/** An image that was decoded and written to its slot. */
export interface ImagePreprocessed {
  readonly format: string;
  readonly pixels: number;
  readonly decodeMs: number;
  readonly resizeMs: number;
  readonly writeMs: number;
}

/** Numbers of the process that are read when somebody looks at the metrics. */
export interface ProcessGauges {
  readonly requestsInFlight: () => number;
  readonly bodyBytesInFlight: () => number;
  readonly pixelsInFlight: () => number;
  readonly memoryBytesInFlight: () => number;
}

/** Numbers of a served model that are read when somebody looks at the metrics. */
export interface ModelGauges {
  readonly slotsInUse: () => number;
  /** Only grows. */
  readonly slotSeconds: () => number;
  readonly slotsTotal: () => number;
  readonly imagesQueued: () => number;
  readonly cacheBytes: () => number;
  readonly cacheImages: () => number;
}

/** An inference server that came or went. */
export type UpstreamChanged =
  | {
    readonly isUp: true;
    readonly serverVersion: string;
    readonly tensorPath: "shared_memory" | "inline";
    /** Why tensors do not go through shared memory. */
    readonly inlineReason: string | undefined;
  }
  | {
    readonly isUp: false;
    /** Where it was looked for, as it was set. */
    readonly url: string;
    readonly reason: string;
    readonly cause: unknown;
  };

/** What a served model reports; metrics and log lines name it. Payloads and keys never are. */
export interface ModelTelemetry {
  imagePreprocessed(event: ImagePreprocessed): void;
  /** An image of a request was refused; the request itself may still be answered, item by item. */
  imageRefused(code: ErrorCode): void;
  /** A text became token ids; truncated, its end found no place. */
  textTokenized(isTruncated: boolean): void;
  /** A text of a request was refused, as an image may be. */
  textRefused(code: ErrorCode): void;
  cacheAsked(result: CacheResult): void;
  /** An embedding made room for another one. */
  cacheEvicted(): void;
  /** The model may have become another one, so that its embeddings were forgotten. */
  cacheCleared(images: number): void;
  batchRan(images: number, seconds: number): void;
  workerReplaced(reason: "died" | "hung"): void;
  /** The model's worker died or hung, for that reason, and was started again. */
  engineRestarted(reason: string): void;
  /** The inference server was found, or lost; `tensorPath` says which way tensors go to it. */
  upstreamChanged(change: UpstreamChanged): void;
  canaryRan(result: "ok" | "failed", detail?: string): void;
  readinessChanged(isReady: boolean, reason: string): void;
  /** JPEGs go through the portable decoder, for that reason. */
  decodesPortably(reason: string): void;
}

/** What the process reports. */
export interface Telemetry {
  /** The reports of one served model. */
  ofModel(model: string): ModelTelemetry;
  requestAnswered(event: RequestAnswered): void;
  requestRefused(event: RequestRefused): void;
  /** A sample of how late the timers of a thread that serves fire. */
  eventLoopDelayed(seconds: number): void;
  started(url: string, config: Readonly<Record<string, string>>): void;
  /** Photos and words that name no model go to these two, whose vectors cannot be compared. */
  defaultsDiffer(image: string, text: string): void;
  draining(signal: string): void;
  stopped(seconds: number, isClean: boolean): void;
  /** Something that ought not to happen outside any request, such as a listener that failed. */
  defect(message: string, cause: unknown): void;
}
