/** Prometheus metrics, in a registry of their own; names end in their unit. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Gauges, Phase } from "./events.ts";

const SECONDS_BUCKETS = [
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
];
/** Upper bounds of the event loop's delay, seconds. */
export const EVENT_LOOP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32];

/** Stages of one image inside a worker. */
export type ImageStage = "decode" | "resize" | "write";

/** All metrics of the gateway. */
export class Metrics {
  readonly registry: Registry = new Registry();

  readonly requests = new Counter({
    name: "gateway_requests_total",
    help: "Requests answered, by route and by error code (ok for good replies)",
    labelNames: ["route", "code"],
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: "gateway_request_seconds",
    help: "Time from a request's head to its reply",
    labelNames: ["route"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly phaseSeconds = new Histogram<"phase">({
    name: "gateway_phase_seconds",
    help: "Time a request spent in each phase",
    labelNames: ["phase"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly bodyBytes = new Counter({
    name: "gateway_body_bytes_total",
    help: "Bytes of request bodies read",
    registers: [this.registry],
  });
  readonly images = new Counter({
    name: "gateway_images_total",
    help: "Images, by format (unknown when refused) and by error code (ok when preprocessed)",
    labelNames: ["format", "code"],
    registers: [this.registry],
  });
  readonly imageStageSeconds = new Histogram<"stage">({
    name: "gateway_image_stage_seconds",
    help:
      "Worker time of one image: decode, resize (with crop) and write (normalise into the slot)",
    labelNames: ["stage"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly pixels = new Counter({
    name: "gateway_image_pixels_total",
    help: "Pixels decoded",
    registers: [this.registry],
  });
  readonly cacheLookups = new Counter({
    name: "gateway_cache_lookups_total",
    help: "Images looked up in the cache: hit, shared (being computed already) or miss",
    labelNames: ["result"],
    registers: [this.registry],
  });
  readonly cacheEvictions = new Counter({
    name: "gateway_cache_evictions_total",
    help: "Embeddings that made room for others in the cache",
    registers: [this.registry],
  });
  readonly batchImages = new Histogram({
    name: "gateway_batch_images",
    help: "Images in one inference of the embedded engine",
    buckets: BATCH_BUCKETS,
    registers: [this.registry],
  });
  readonly batchSeconds = new Histogram({
    name: "gateway_batch_seconds",
    help: "Time of one inference of the embedded engine",
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly eventLoopDelaySeconds = new Histogram({
    name: "gateway_event_loop_delay_seconds",
    help: "How late timers of the main thread fire, sampled 10 times a second",
    buckets: EVENT_LOOP_BUCKETS,
    registers: [this.registry],
  });
  readonly workersReplaced = new Counter({
    name: "gateway_workers_replaced_total",
    help: "Decode workers that died or hung and were replaced",
    labelNames: ["reason"],
    registers: [this.registry],
  });
  readonly engineRestarts = new Counter({
    name: "gateway_engine_restarts_total",
    help: "Times the embedded engine's worker died and was started again",
    registers: [this.registry],
  });
  readonly upstreamUp = new Gauge({
    name: "gateway_upstream_up",
    help: "Whether the inference server is connected (engine triton)",
    registers: [this.registry],
  });
  readonly tensorPath = new Gauge({
    name: "gateway_tensor_path_active",
    help: "Which way tensors go to the inference server: 1 for shared_memory or inline",
    labelNames: ["path"],
    registers: [this.registry],
  });
  readonly canaries = new Counter({
    name: "gateway_canaries_total",
    help: "Health canaries, by result",
    labelNames: ["result"],
    registers: [this.registry],
  });
  readonly ready = new Gauge({
    name: "gateway_ready",
    help: "Whether /readyz last said yes",
    registers: [this.registry],
  });

  /** Adds the numbers that are read at scrape time. */
  addGauges(gauges: Gauges): void {
    this.#gauge("gateway_slots_inputs", "Input slots that exist", gauges.slotsTotal);
    this.#gauge("gateway_slots_in_use_inputs", "Input slots held by requests", gauges.slotsInUse);
    this.#gauge("gateway_inflight_requests", "Requests holding a permit", gauges.requestsInFlight);
    this.#gauge("gateway_inflight_body_bytes", "Body bytes admitted", gauges.bodyBytesInFlight);
    this.#gauge("gateway_inflight_pixels", "Pixels admitted", gauges.pixelsInFlight);
    this.#gauge("gateway_queued_images", "Images waiting for a worker", gauges.imagesQueued);
    this.#gauge("gateway_cache_bytes", "Memory counted for the cache", gauges.cacheBytes);
    this.#gauge("gateway_cache_images", "Embeddings in the cache", gauges.cacheImages);
    this.#gauge(
      "gateway_memory_resident_bytes",
      "Resident memory of the process",
      () => Deno.memoryUsage().rss,
    );
  }

  /** Observes the phases of one request, in milliseconds. */
  observePhases(phaseMs: Readonly<Partial<Record<Phase, number>>>): void {
    for (const [phase, milliseconds] of Object.entries(phaseMs)) {
      this.phaseSeconds.observe({ phase }, milliseconds / 1000);
    }
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}
