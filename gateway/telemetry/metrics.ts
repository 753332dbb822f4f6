/** Prometheus metrics, in a registry of their own; names end in their unit. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ModelGauges, Phase, ProcessGauges } from "./events.ts";

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

/** Whoever knows a number of a series, and the labels it goes under. */
interface GaugeReader {
  readonly labels: { readonly model?: string };
  readonly read: () => number;
}

type GaugeName = keyof ProcessGauges | keyof ModelGauges | "memory";

/** All metrics of the gateway. A model's carry its name as the label `model`; it is empty where no model is meant. */
export class Metrics {
  readonly registry: Registry = new Registry();

  readonly requests = new Counter({
    name: "gateway_requests_total",
    help: "Requests answered, by route and by error code (ok for good replies)",
    labelNames: ["model", "route", "code"],
    registers: [this.registry],
  });
  readonly requestSeconds = new Histogram({
    name: "gateway_request_seconds",
    help: "Time from a request's head to its reply",
    labelNames: ["model", "route"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly phaseSeconds = new Histogram<"model" | "phase">({
    name: "gateway_phase_seconds",
    help: "Time a request spent in each phase",
    labelNames: ["model", "phase"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly bodyBytes = new Counter({
    name: "gateway_body_bytes_total",
    help: "Bytes of request bodies read",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly images = new Counter({
    name: "gateway_images_total",
    help: "Images, by format (unknown when refused) and by error code (ok when preprocessed)",
    labelNames: ["model", "format", "code"],
    registers: [this.registry],
  });
  readonly imageStageSeconds = new Histogram<"model" | "stage">({
    name: "gateway_image_stage_seconds",
    help:
      "Worker time of one image: decode, resize (with crop) and write (normalise into the slot)",
    labelNames: ["model", "stage"],
    buckets: SECONDS_BUCKETS,
    registers: [this.registry],
  });
  readonly pixels = new Counter({
    name: "gateway_image_pixels_total",
    help: "Pixels decoded",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly cacheLookups = new Counter({
    name: "gateway_cache_lookups_total",
    help: "Images looked up in the cache: hit, shared (being computed already) or miss",
    labelNames: ["model", "result"],
    registers: [this.registry],
  });
  readonly cacheEvictions = new Counter({
    name: "gateway_cache_evictions_total",
    help: "Embeddings that made room for others in the cache",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly batchImages = new Histogram({
    name: "gateway_batch_images",
    help: "Images in one inference of the embedded engine",
    labelNames: ["model"],
    buckets: BATCH_BUCKETS,
    registers: [this.registry],
  });
  readonly batchSeconds = new Histogram({
    name: "gateway_batch_seconds",
    help: "Time of one inference of the embedded engine",
    labelNames: ["model"],
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
    labelNames: ["model", "reason"],
    registers: [this.registry],
  });
  readonly engineRestarts = new Counter({
    name: "gateway_engine_restarts_total",
    help: "Times the embedded engine's worker died and was started again",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly upstreamUp = new Gauge({
    name: "gateway_upstream_up",
    help: "Whether the inference server is connected (engine triton)",
    labelNames: ["model"],
    registers: [this.registry],
  });
  readonly tensorPath = new Gauge({
    name: "gateway_tensor_path_active",
    help: "Which way tensors go to the inference server: 1 for shared_memory or inline",
    labelNames: ["model", "path"],
    registers: [this.registry],
  });
  readonly canaries = new Counter({
    name: "gateway_canaries_total",
    help: "Health canaries, by result",
    labelNames: ["model", "result"],
    registers: [this.registry],
  });
  readonly ready = new Gauge({
    name: "gateway_ready",
    help: "Whether /readyz last said yes",
    labelNames: ["model"],
    registers: [this.registry],
  });

  /** Series that are read when somebody looks, in the order they are shown. */
  readonly #gauges: Readonly<Record<GaugeName, GaugeReader[]>> = {
    slotsTotal: this.#gauge("gateway_slots_inputs", "Input slots that exist", "model"),
    slotsInUse: this.#gauge("gateway_slots_in_use_inputs", "Input slots held by requests", "model"),
    requestsInFlight: this.#gauge("gateway_inflight_requests", "Requests holding a permit"),
    bodyBytesInFlight: this.#gauge("gateway_inflight_body_bytes", "Body bytes admitted"),
    pixelsInFlight: this.#gauge("gateway_inflight_pixels", "Pixels admitted"),
    imagesQueued: this.#gauge("gateway_queued_images", "Images waiting for a worker", "model"),
    cacheBytes: this.#gauge("gateway_cache_bytes", "Memory counted for the cache", "model"),
    cacheImages: this.#gauge("gateway_cache_images", "Embeddings in the cache", "model"),
    memory: this.#gauge("gateway_memory_resident_bytes", "Resident memory of the process"),
  };

  /** Shows a model's series from the start, as 0: what appears with its first event has no increase for Prometheus. */
  addModel(model: string): void {
    for (const counter of [this.bodyBytes, this.pixels, this.cacheEvictions, this.engineRestarts]) {
      counter.inc({ model }, 0);
    }
    for (const gauge of [this.upstreamUp, this.ready]) gauge.set({ model }, 0);
    for (const histogram of [this.batchImages, this.batchSeconds]) histogram.zero({ model });
  }

  /** Adds the process's numbers that are read at scrape time. */
  addProcessGauges(gauges: ProcessGauges): void {
    this.#add(gauges, {});
    this.#gauges.memory.push({ labels: {}, read: () => Deno.memoryUsage().rss });
  }

  /** Adds a model's numbers that are read at scrape time. */
  addModelGauges(model: string, gauges: ModelGauges): void {
    this.#add(gauges, { model });
  }

  /** Observes the phases of one request, in milliseconds. */
  observePhases(model: string, phaseMs: Readonly<Partial<Record<Phase, number>>>): void {
    for (const [phase, milliseconds] of Object.entries(phaseMs)) {
      this.phaseSeconds.observe({ model, phase }, milliseconds / 1000);
    }
  }

  #add(gauges: ProcessGauges | ModelGauges, labels: GaugeReader["labels"]): void {
    for (const [name, read] of Object.entries(gauges)) {
      this.#gauges[name as GaugeName].push({ labels, read });
    }
  }

  #gauge(name: string, help: string, ...labelNames: "model"[]): GaugeReader[] {
    const readers: GaugeReader[] = [];
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        for (const { labels, read } of readers) this.set(labels, read());
      },
    });
    return readers;
  }
}
