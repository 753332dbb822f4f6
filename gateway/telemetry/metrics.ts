/** Prometheus metrics, in a registry of their own; names end in their unit. */
import { type Aggregator, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ModelGauges, Phase, ProcessGauges } from "./events.ts";

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Upper bounds of the event loop's delay, seconds. */
const EVENT_LOOP_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1];
const BATCH_BUCKETS = [1, 2, 4, 8, 16, 32];

/** Whoever knows a number of a series, and the labels it goes under. */
interface GaugeReader {
  readonly labels: { readonly model?: string };
  readonly read: () => number;
}

/** What a gauge has besides its name and help. */
interface GaugeOptions<Label extends string> {
  readonly labelNames: readonly Label[];
  /** How the values of several isolates become one. */
  readonly aggregator: Aggregator;
}

/** Each isolate has its own slots, queue and cache. */
const OF_ISOLATE = { labelNames: ["model"], aggregator: "sum" } as const;
/** Every isolate reads the same number. */
const OF_MODEL = { labelNames: ["model"], aggregator: "first" } as const;
const OF_PROCESS = { labelNames: [], aggregator: "first" } as const;
/** Yes only if every isolate says so. */
const ALL_ISOLATES = { labelNames: [], aggregator: "min" } as const;

type GaugeName = keyof ProcessGauges | keyof ModelGauges | "memory";

/** All metrics of the gateway. A model's carry its name as the label `model`; it is empty where no model is meant. */
export class Metrics {
  readonly registry: Registry = new Registry();

  readonly requests = this.#counter(
    "gateway_requests_total",
    "Requests answered, by route and by error code (ok for good replies)",
    "route",
    "code",
  );
  readonly requestSeconds = this.#histogram(
    "gateway_request_seconds",
    "Time from a request's head to its reply",
    "route",
  );
  readonly phaseSeconds = this.#histogram(
    "gateway_phase_seconds",
    "Time a request spent in each phase",
    "phase",
  );
  readonly bodyBytes = this.#counter("gateway_body_bytes_total", "Bytes of request bodies read");
  readonly images = this.#counter(
    "gateway_images_total",
    "Images, by format (unknown when refused) and by error code (ok when preprocessed)",
    "format",
    "code",
  );
  readonly imageStageSeconds = this.#histogram(
    "gateway_image_stage_seconds",
    "Worker time of one image: decode, resize (with crop) and write (normalise into the slot)",
    "stage",
  );
  readonly pixels = this.#counter("gateway_image_pixels_total", "Pixels decoded");
  readonly texts = this.#counter(
    "gateway_texts_total",
    "Texts, by error code (ok when tokenized)",
    "code",
  );
  readonly textsTruncated = this.#counter(
    "gateway_texts_truncated_total",
    "Texts with more tokens than the model takes, whose end had no influence",
  );
  readonly cacheLookups = this.#counter(
    "gateway_cache_lookups_total",
    "Inputs looked up in the cache: hit, shared (being computed already) or miss",
    "result",
  );
  readonly cacheEvictions = this.#counter(
    "gateway_cache_evictions_total",
    "Embeddings that made room for others in the cache",
  );
  readonly batchImages = new Histogram({
    ...this.#options("gateway_batch_images", "Images in one inference of the embedded engine", []),
    buckets: BATCH_BUCKETS,
  });
  readonly batchSeconds = this.#histogram(
    "gateway_batch_seconds",
    "Time of one inference of the embedded engine",
  );
  readonly eventLoopDelaySeconds = new Histogram({
    name: "gateway_event_loop_delay_seconds",
    help: "How late timers of the threads that serve fire, sampled 10 times a second in each",
    buckets: EVENT_LOOP_BUCKETS,
    registers: [this.registry],
  });
  readonly workersReplaced = this.#counter(
    "gateway_workers_replaced_total",
    "Decode workers that died or hung and were replaced",
    "reason",
  );
  readonly engineRestarts = this.#counter(
    "gateway_engine_restarts_total",
    "Times the embedded engine's worker died or hung and was started again",
  );
  readonly upstreamUp = this.#gauge(
    "gateway_upstream_up",
    "Whether the inference server is connected (engine triton)",
    ALL_ISOLATES,
  );
  readonly tensorPath = this.#gauge(
    "gateway_tensor_path_active",
    "Which way tensors go to the inference server: 1 for shared_memory or inline",
    // A way that any isolate takes is in use: alerts look for the slow one.
    { labelNames: ["path"], aggregator: "max" },
  );
  readonly canaries = this.#counter(
    "gateway_canaries_total",
    "Health canaries, by result",
    "result",
  );
  readonly ready = this.#gauge(
    "gateway_ready",
    "Whether /readyz last said yes",
    ALL_ISOLATES,
  );

  /** Series that are read when somebody looks, in the order they are shown. */
  readonly #gauges: Readonly<Record<GaugeName, GaugeReader[]>> = {
    slotsTotal: this.#read("gateway_slots_inputs", "Inputs that may be in flight", OF_MODEL),
    slotsInUse: this.#read(
      "gateway_slots_in_use_inputs",
      "Input slots held by requests",
      OF_ISOLATE,
    ),
    slotSeconds: this.#readCounter(
      "gateway_slot_seconds_total",
      "Seconds for which requests held input slots, of all slots together: its rate is how many were in use on average",
    ),
    requestsInFlight: this.#read(
      "gateway_inflight_requests",
      "Requests holding a permit",
      OF_PROCESS,
    ),
    bodyBytesInFlight: this.#read("gateway_inflight_body_bytes", "Body bytes admitted", OF_PROCESS),
    pixelsInFlight: this.#read("gateway_inflight_pixels", "Pixels admitted", OF_PROCESS),
    memoryBytesInFlight: this.#read(
      "gateway_inflight_memory_bytes",
      "Bytes that bodies and decoding may hold at their worst",
      OF_PROCESS,
    ),
    imagesQueued: this.#read("gateway_queued_images", "Images waiting for a worker", OF_ISOLATE),
    cacheBytes: this.#read("gateway_cache_bytes", "Memory counted for the cache", OF_ISOLATE),
    cacheImages: this.#read("gateway_cache_images", "Embeddings in the cache", OF_ISOLATE),
    memory: this.#read(
      "gateway_memory_resident_bytes",
      "Resident memory of the process",
      OF_PROCESS,
    ),
  };

  /** Shows a model's series from the start, as 0: what appears with its first event has no increase for Prometheus. */
  addModel(model: string): void {
    const { bodyBytes, pixels, textsTruncated, cacheEvictions, engineRestarts } = this;
    for (const counter of [bodyBytes, pixels, textsTruncated, cacheEvictions, engineRestarts]) {
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
    for (const phase of Object.keys(phaseMs) as Phase[]) {
      this.phaseSeconds.observe({ model, phase }, (phaseMs[phase] ?? 0) / 1000);
    }
  }

  #add(gauges: ProcessGauges | ModelGauges, labels: GaugeReader["labels"]): void {
    for (const [name, read] of Object.entries(gauges)) {
      this.#gauges[name as GaugeName].push({ labels, read });
    }
  }

  #counter<Label extends string = never>(name: string, help: string, ...labels: Label[]) {
    return new Counter<"model" | Label>(this.#options(name, help, labels));
  }

  #gauge<Label extends string>(name: string, help: string, options: GaugeOptions<Label>) {
    const { labelNames, aggregator } = options;
    return new Gauge<"model" | Label>({ ...this.#options(name, help, labelNames), aggregator });
  }

  #histogram<Label extends string = never>(name: string, help: string, ...labels: Label[]) {
    const options = this.#options(name, help, labels);
    return new Histogram<"model" | Label>({ ...options, buckets: SECONDS });
  }

  /** What every series of a model has. */
  #options<Label extends string>(name: string, help: string, labels: readonly Label[]) {
    const labelNames: ("model" | Label)[] = ["model", ...labels];
    return { name, help, labelNames, registers: [this.registry] };
  }

  /** As `#read()`, of a model's numbers that only grow. */
  #readCounter(name: string, help: string): GaugeReader[] {
    const readers: GaugeReader[] = [];
    new Counter({
      ...this.#options(name, help, []),
      collect() {
        this.reset();
        for (const { labels, read } of readers) this.inc(labels, read());
      },
    });
    return readers;
  }

  #read(name: string, help: string, options: GaugeOptions<"model">): GaugeReader[] {
    const readers: GaugeReader[] = [];
    new Gauge({
      ...options,
      name,
      help,
      registers: [this.registry],
      collect() {
        for (const { labels, read } of readers) this.set(labels, read());
      },
    });
    return readers;
  }
}
