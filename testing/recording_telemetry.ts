/** Telemetry that remembers, for tests that ask what was reported. */
import type { ErrorCode } from "../gateway/contract/catalogue.ts";
import type {
  CacheResult,
  ImagePreprocessed,
  ModelTelemetry,
  RequestAnswered,
  RequestRefused,
  Telemetry,
  UpstreamChanged,
} from "../gateway/telemetry/events.ts";

/** Keeps every event in the order it came. */
export class RecordingTelemetry implements Telemetry, ModelTelemetry {
  readonly requests: RequestAnswered[] = [];
  readonly images: ImagePreprocessed[] = [];
  readonly refusedImages: ErrorCode[] = [];
  /** How the cache answered, image by image. */
  readonly lookups: CacheResult[] = [];
  /** All other events, as lines. */
  readonly lines: string[] = [];

  /** Codes of the requests, `ok` for good replies. */
  get codes(): string[] {
    return this.requests.map(({ code }) => code ?? "ok");
  }

  /** Remembers all models' events alike. */
  ofModel(): ModelTelemetry {
    return this;
  }

  requestAnswered(event: RequestAnswered): void {
    this.requests.push(event);
  }

  requestRefused({ code }: RequestRefused): void {
    this.lines.push(`refused ${code}`);
  }

  imagePreprocessed(event: ImagePreprocessed): void {
    this.images.push(event);
  }

  imageRefused(code: ErrorCode): void {
    this.refusedImages.push(code);
  }

  textTokenized(isTruncated: boolean): void {
    this.lines.push(isTruncated ? "text truncated" : "text");
  }

  textRefused(code: ErrorCode): void {
    this.lines.push(`text refused: ${code}`);
  }

  cacheAsked(result: CacheResult): void {
    this.lookups.push(result);
  }

  cacheEvicted(): void {
    this.lines.push("cache evicted");
  }

  cacheCleared(images: number): void {
    this.lines.push(`cache cleared of ${images}`);
  }

  batchRan(images: number, _seconds: number): void {
    this.lines.push(`batch of ${images}`);
  }

  eventLoopDelayed(): void {}

  workerReplaced(reason: "died" | "hung"): void {
    this.lines.push(`worker ${reason}`);
  }

  engineRestarted(_reason: string): void {
    this.lines.push("engine restarted");
  }

  upstreamChanged(change: UpstreamChanged): void {
    this.lines.push(`upstream ${change.isUp ? `up, ${change.tensorPath}` : "down"}`);
  }

  canaryRan(result: "ok" | "failed", detail?: string): void {
    this.lines.push(detail === undefined ? `canary ${result}` : `canary ${result}: ${detail}`);
  }

  readinessChanged(isReady: boolean, reason: string): void {
    this.lines.push(`${isReady ? "ready" : "not ready"}: ${reason}`);
  }

  started(url: string): void {
    this.lines.push(`started ${url}`);
  }

  draining(signal: string): void {
    this.lines.push(`draining ${signal}`);
  }

  stopped(_seconds: number, isClean: boolean): void {
    this.lines.push(`stopped ${isClean ? "clean" : "not clean"}`);
  }

  decodesPortably(reason: string): void {
    this.lines.push(`decodes portably: ${reason}`);
  }

  defaultsDiffer(image: string, text: string): void {
    this.lines.push(`defaults differ: ${image}, ${text}`);
  }

  defect(message: string, cause: unknown): void {
    this.lines.push(`defect: ${message}: ${cause}`);
  }
}
