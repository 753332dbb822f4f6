/** What isolates and their supervisor say to each other. */
import type { Config } from "../config/config_fields.ts";
import type { GatewayReadiness } from "../embed/gateway_readiness.ts";
import type { AdmissionCounters } from "../http/admission_counters.ts";
import type { MetricsPart } from "../telemetry/metrics_sum.ts";
import type { HeldRegion } from "../work/held_region.ts";

/** What an isolate is told to begin with. */
export interface IsolateSetup {
  /** Its share of what is split, such as slots; everything else as for the whole process. */
  readonly config: Config;
  /** From 0. */
  readonly isolate: number;
  /** What all isolates hold in sum. */
  readonly counters: AdmissionCounters;
  /** Held by threads that had its number before. */
  readonly orphans: readonly HeldRegion[];
}

/** What an isolate may ask whoever supervises it. */
export type SupervisorMethods = {
  /** Whether the whole process is ready. */
  readonly check: () => Promise<GatewayReadiness>;
  /** Metrics of the whole process, in Prometheus' text format. */
  readonly metrics: () => Promise<string>;
};

/** The port that an isolate listens on and what it holds, or why it cannot start, for the operator: an error would lose its message. */
export type IsolateStart = { readonly port: number; readonly regions: readonly HeldRegion[] } | {
  readonly refusal: string;
};

/** What an isolate may be asked. */
export type IsolateMethods = {
  /** Builds all parts, listens, and proves the model. */
  readonly start: (setup: IsolateSetup) => Promise<IsolateStart>;
  readonly check: () => Promise<GatewayReadiness>;
  /** Its own, as prom-client's JSON. */
  readonly metrics: () => Promise<MetricsPart>;
  /** Says "not ready" from now on, and in every reply that its connection ends. */
  readonly drain: () => void;
  /** Holds replies back until no request comes any more; whether that was so in time. */
  readonly hold: (timeoutMs: number) => Promise<boolean>;
  /** Refuses new work and closes its socket. */
  readonly shut: () => Promise<void>;
  /** Shuts, lets go of replies and waits for requests in flight; whether all were answered in time. */
  readonly close: (timeoutMs: number) => Promise<boolean>;
  /** Answers, which an isolate that hangs does not. */
  readonly beat: () => void;
};
